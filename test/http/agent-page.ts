import { once } from 'node:events';
import { WebSocket } from 'ws';
import * as z from 'zod/mini';
import { CallView, DeskSnapshot } from '../../server/contract/desk.ts';
import type { AgentView } from '../../server/contract/desk.ts';
import { Change } from '../../server/contract/realtime/desk.ts';
import { ServerMessage } from '../../server/contract/realtime/frame.ts';
import { WIRE_VERSION } from '../../server/contract/wire.ts';
import { SipCredential } from '../../server/contract/session.ts';
import { asId, type EndpointId } from '../../server/core/kernel/ids.ts';
import type { FakePhone } from '../support/fake-far-end.ts';
import type { Bed } from './bed.ts';

/** An agent's page as the widget behaves: one socket, one phone that answers when it is asked to. */
export class AgentPage {
  readonly calls = new Map<string, CallView>();
  agent: AgentView | null = null;
  readonly #bed: Bed;
  readonly #token: string;
  readonly #socket: WebSocket;
  readonly phone: FakePhone;
  #heard: () => void = () => undefined;

  private constructor(bed: Bed, token: string, phone: FakePhone, socket: WebSocket) {
    this.#bed = bed;
    this.#token = token;
    this.phone = phone;
    this.#socket = socket;
    socket.on('message', (data: Buffer) =>
      this.#receive(ServerMessage.parse(JSON.parse(data.toString('utf8')))),
    );
  }

  static async open(bed: Bed, username: string, password?: string): Promise<AgentPage> {
    const token = await bed.login(username, 'demo', password);
    const clientId = `page-${username}`;
    const device = await bed.send('POST', '/devices/browser', { token, body: { clientId } });
    const credential = SipCredential.parse(device.body);
    const phone = bed.switch.phone(asId<EndpointId>(credential.endpointId));
    phone.register();
    const socket = new WebSocket(`${bed.url.replace('http', 'ws')}/realtime`);
    await once(socket, 'open');
    const page = new AgentPage(bed, token, phone, socket);
    const topics = [{ topic: 'desk' }];
    socket.send(JSON.stringify({ type: 'hello', version: WIRE_VERSION, token, clientId, topics }));
    await page.until(() => page.agent !== null);
    const ready = { registered: true, microphone: 'ready' };
    socket.send(JSON.stringify({ type: 'heartbeat', sent: 1, phone: ready }));
    await once(socket, 'message');
    return page;
  }

  /** The server has closed its socket. */
  closed(): Promise<unknown> {
    return once(this.#socket, 'close');
  }

  close(): void {
    this.#socket.terminate();
  }

  async command(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.#bed.send(method, path, {
      token: this.#token,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Sends a command about the call and checks the answer against the contract. */
  async call(id: string, action: string, method = 'POST', body?: unknown): Promise<CallView> {
    return CallView.parse(await this.command(method, `/calls/${id}/${action}`, body));
  }

  refused(path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    return this.#bed.send('POST', path, { token: this.#token, ...(body === undefined ? {} : { body }) });
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#heard = resolve));
  }

  get only(): CallView {
    const [call] = this.calls.values();
    if (call === undefined) throw new Error('no call');
    return call;
  }

  #receive(message: ServerMessage): void {
    if (message.type === 'snapshot') this.agent = DeskSnapshot.parse(message.state).agent;
    if (message.type === 'patch')
      for (const change of z.array(Change).parse(message.patch)) this.#change(change);
    if (message.type === 'answer-leg') {
      this.phone.calls
        .find((call) => call.legId === message.legId && call.state === 'ringing-here')
        ?.answer();
    }
    this.#heard();
  }

  #change(change: Change): void {
    if (change.entity === 'agent') this.agent = change.value;
    if (change.entity === 'call') this.calls.set(change.value.id, change.value);
    if (change.entity === 'call-removed') this.calls.delete(change.id);
  }
}
