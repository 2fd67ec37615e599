import { expect } from '@open-wc/testing';
import { IceReady } from '../../../widget/softphone/ice-ready.ts';

const HOST = { type: 'host', protocol: 'udp', address: '192.0.2.2' } as const;
/** A switch that is reached over IPv4 alone. */
const REMOTE = 'v=0\r\na=candidate:H1 1 udp 2130706431 192.0.2.9 31610 typ host generation 0\r\n';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the end of ICE gathering', () => {
  function gathering() {
    let at: number | null = null;
    const begin = performance.now();
    const ready = (): void => {
      at ??= performance.now() - begin;
    };
    return { ready, after: () => at };
  }

  it('comes at most half a second after the first candidate, however many follow', async () => {
    const rule = new IceReady();
    const { ready, after } = gathering();
    rule.take({ candidate: HOST, ready });
    for (let i = 0; i < 5; i += 1) {
      await pause(30);
      rule.take({ candidate: HOST, ready });
    }
    await pause(100);
    expect(after()).to.be.within(20, 500);
  });

  it('does not come with a host candidate at once, so that better ones have a chance', () => {
    const rule = new IceReady();
    const { ready, after } = gathering();
    rule.take({ candidate: HOST, ready });
    expect(after()).to.equal(null);
    rule.stop();
  });

  it('comes at once with a reflexive candidate', () => {
    const rule = new IceReady();
    const { ready, after } = gathering();
    rule.take({ candidate: HOST, ready });
    rule.take({ candidate: { ...HOST, type: 'srflx' }, ready });
    expect(after()).not.to.equal(null);
  });

  for (const [what, candidate] of [
    ['over TCP', { ...HOST, protocol: 'tcp' }],
    ['of another kind of address', { ...HOST, address: 'fd00::2' }],
    ['of the own machine alone', { ...HOST, address: '127.0.0.1' }],
  ] as const) {
    it(`waits on after a candidate ${what}, which the switch cannot use, until a usable one has come`, async () => {
      const rule = new IceReady();
      const { ready, after } = gathering();
      for (let i = 0; i < 5; i += 1) {
        rule.take({ candidate, ready }, REMOTE);
        await pause(30);
      }
      expect(after()).to.equal(null);
      rule.take({ candidate: HOST, ready }, REMOTE);
      rule.take({ candidate, ready }, REMOTE);
      await pause(100);
      expect(after()).to.be.within(150, 350);
    });

    it(`ends at last when there is none but ${what}`, async () => {
      const rule = new IceReady();
      const { ready, after } = gathering();
      rule.take({ candidate, ready }, REMOTE);
      await pause(600);
      expect(after()).not.to.equal(null);
    });
  }

  it('takes any candidate over UDP before the switch has said where it is', async () => {
    const rule = new IceReady();
    const { ready, after } = gathering();
    rule.take({ candidate: { ...HOST, address: 'fd00::2' }, ready });
    await pause(200);
    expect(after()).to.be.within(20, 200);
  });

  it('begins anew with the gathering of an ICE restart', async () => {
    const rule = new IceReady();
    const first = gathering();
    rule.take({ candidate: { ...HOST, type: 'relay' }, ready: first.ready });
    const second = gathering();
    rule.take({ candidate: HOST, ready: second.ready });
    await pause(200);
    expect(second.after()).not.to.equal(null);
  });

  it('does not come after the leg is over', async () => {
    const rule = new IceReady();
    const { ready, after } = gathering();
    rule.take({ candidate: HOST, ready });
    rule.stop();
    await pause(200);
    expect(after()).to.equal(null);
  });
});
