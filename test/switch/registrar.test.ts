import { beforeEach, describe, expect, it } from 'vitest';
import { Registrar, type RegistrarEvent } from '../../server/switch/embedded/sip/registrar.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingFlow } from './recording-flow.ts';
import { request, type RequestParts } from './sip-messages.ts';

let clock: ManualClock;
let events: RegistrarEvent[];
let registrar: Registrar;
const flow = new RecordingFlow();

beforeEach(() => {
  clock = new ManualClock();
  events = [];
  registrar = new Registrar(clock, { min: 30, max: 3600, standard: 600 }, (event) => events.push(event));
});

function register(cseq: number, parts: RequestParts = {}, over = flow, limit = Number.POSITIVE_INFINITY) {
  const message = request(over, { method: 'REGISTER', cseq, branch: `z9hG4bK${cseq}`, ...parts });
  const { status, parts: response } = registrar.register(message, '1001', limit);
  return { status, headers: new Map(response.headers) };
}

const told = (): string[] =>
  events.map((event) => (event.type === 'bound' ? 'bound' : `unbound ${event.reason}`));

describe('the registrar', () => {
  it('keeps a binding as long as asked for, lists it, and tells when it expires', () => {
    const { status, headers } = register(1, { headers: [['Expires', '120']] });
    expect(status).toBe(200);
    expect(headers.get('Contact')).toBe('<sip:far@192.0.2.7>;expires=120');
    clock.advanceNow(119_000);
    expect(registrar.find('1001')?.contact).toBe('sip:far@192.0.2.7');
    clock.advanceNow(1_000);
    expect(registrar.find('1001')).toBeNull();
    expect(told()).toEqual(['bound', 'unbound expired']);
    expect(clock.pending).toBe(0);
  });

  it('refreshes without telling anybody', () => {
    register(1);
    clock.advanceNow(500_000);
    register(2);
    clock.advanceNow(500_000);
    expect(told()).toEqual(['bound']);
  });

  it('refuses too short a time with 423 and shortens too long a one, also to the life of the credential', () => {
    expect(register(1, { headers: [['Expires', '10']] })).toMatchObject({ status: 423 });
    expect(register(2, { headers: [['Expires', '99999']] }).headers.get('Contact')).toContain('expires=3600');
    expect(register(3, {}, flow, 90_500).headers.get('Contact')).toContain('expires=90');
  });

  it('lets the newest user agent win and tells the displaced one', () => {
    register(1);
    const other = new RecordingFlow('WS', '192.0.2.8');
    register(1, { callId: 'another' }, other);
    expect(told()).toEqual(['bound', 'unbound displaced', 'bound']);
    expect(registrar.find('1001')?.flow.id).toBe(other.id);
  });

  it('follows the same user agent to a new socket', () => {
    const first = new RecordingFlow('WS', '192.0.2.8', 1);
    const second = new RecordingFlow('WS', '192.0.2.8', 2);
    register(1, {}, first);
    registrar.onFlowClosed(first);
    register(2, {}, second);
    expect(told()).toEqual(['bound', 'unbound lost', 'bound']);
    const [before, after] = events.filter((event) => event.type === 'bound');
    expect(after?.binding.instance).toBe(before?.binding.instance);
  });

  it('removes by Expires 0 and by Contact *, and refuses * without it', () => {
    register(1);
    expect(register(2, { headers: [['Expires', '0']] }).headers.has('Contact')).toBe(false);
    const star = request(flow, { method: 'REGISTER', cseq: 3 });
    star.headers.set('Contact', '*');
    expect(registrar.register(star, '1001', 1e9).status).toBe(400);
    star.headers.set('Expires', '0');
    expect(registrar.register(star, '1001', 1e9).status).toBe(200);
    expect(told()).toEqual(['bound', 'unbound unregistered']);
  });

  it('does not let a late request undo a newer one', () => {
    register(5);
    expect(register(4, { headers: [['Expires', '0']] }).status).toBe(500);
    expect(registrar.find('1001')).not.toBeNull();
  });
});
