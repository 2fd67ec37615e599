import type { Flow } from '../../server/switch/embedded/sip/flow.ts';
import { parseMessage } from '../../server/switch/embedded/sip/parse-message.ts';
import type { ParsedRequest, ParsedResponse } from '../../server/switch/embedded/sip/sip-message.ts';

/** A flow that leads nowhere and keeps what was sent. */
export class RecordingFlow implements Flow {
  readonly sent: string[] = [];
  open = true;
  readonly id: string;
  readonly protocol: 'UDP' | 'WS';
  readonly address: string;
  readonly port: number;

  constructor(protocol: 'UDP' | 'WS' = 'UDP', address = '192.0.2.7', port = 5060) {
    this.protocol = protocol;
    this.address = address;
    this.port = port;
    this.id = `${protocol}:${address}:${port}`;
  }

  get reliable(): boolean {
    return this.protocol === 'WS';
  }

  send(text: string): boolean {
    if (this.open) this.sent.push(text);
    return this.open;
  }

  /** What was sent, read back. */
  get messages(): Array<ParsedRequest | ParsedResponse> {
    return this.sent.map((text) => {
      const parsed = parseMessage(Buffer.from(text));
      if (parsed.kind === 'request') return parsed.request;
      if (parsed.kind === 'response') return parsed.response;
      throw new Error(`sent what is no message: ${text}`);
    });
  }

  get requests(): ParsedRequest[] {
    return this.messages.filter((message): message is ParsedRequest => message.kind === 'request');
  }

  /** Status codes of the responses that were sent, also to requests that cannot be read back. */
  get statuses(): number[] {
    return this.sent.flatMap((text) => /^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? []).map(Number);
  }
}
