import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SipCredential } from '../../server/contract/session.ts';
import { BrowserPhone } from '../../widget/live/browser-phone.ts';
import { FakeSoftphone } from '../widget/support/fake-softphone.ts';

/** As the server gives them, ms. */
const CREDENTIAL_MS = 600_000;

describe("the page's phone", () => {
  let softphone: FakeSoftphone;
  let issued = 0;

  beforeEach(() => {
    vi.useFakeTimers();
    softphone = new FakeSoftphone();
    issued = 0;
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function provision(): Promise<SipCredential> {
    issued += 1;
    return Promise.resolve({
      endpointId: 'ep_1',
      uri: 'sip:web_1@telebar',
      username: 'web_1',
      password: `password-${issued}`,
      realm: 'telebar',
      server: '/sip',
      expiresAt: Date.now() + CREDENTIAL_MS,
      iceServers: [],
    });
  }

  async function up(): Promise<void> {
    const phone = new BrowserPhone({
      softphone,
      provision,
      server: 'http://telebar.example',
      isGivenUp: () => false,
      onState: () => {},
      onQuality: () => {},
    });
    await phone.up();
  }

  it('has another credential before the one it has ends, also in a call that lasts longer', async () => {
    await up();
    softphone.ring('leg_1');
    await softphone.answer('leg_1');
    await vi.advanceTimersByTimeAsync(CREDENTIAL_MS - 1);
    expect(softphone.accounts.map(({ password }) => password)).toEqual(['password-1', 'password-2']);
    await vi.advanceTimersByTimeAsync(CREDENTIAL_MS);
    expect(issued).toBeGreaterThanOrEqual(3);
    expect(softphone.state.legs).toHaveLength(1);
  });

  it('asks for another credential when the switch refuses the first, until one is taken', async () => {
    softphone.refuses = true;
    await up();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(softphone.accounts.length).toBeGreaterThanOrEqual(4);
    softphone.refuses = false;
    await vi.advanceTimersByTimeAsync(7_000);
    expect(softphone.state.registration).toBe('registered');
    expect(softphone.accounts.at(-1)?.password).toBe(`password-${issued}`);
    const taken = issued;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(issued).toBe(taken);
  });
});
