import { expect } from '@open-wc/testing';
import { IceReady } from '../../../widget/softphone/ice-ready.ts';

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
    rule.take({ candidate: { type: 'host' }, ready });
    for (let i = 0; i < 5; i += 1) {
      await pause(30);
      rule.take({ candidate: { type: 'host' }, ready });
    }
    await pause(100);
    expect(after()).to.be.within(20, 500);
  });

  it('does not come with a host candidate at once, so that better ones have a chance', () => {
    const rule = new IceReady();
    const { ready, after } = gathering();
    rule.take({ candidate: { type: 'host' }, ready });
    expect(after()).to.equal(null);
    rule.stop();
  });

  it('comes at once with a reflexive candidate', () => {
    const rule = new IceReady();
    const { ready, after } = gathering();
    rule.take({ candidate: { type: 'host' }, ready });
    rule.take({ candidate: { type: 'srflx' }, ready });
    expect(after()).not.to.equal(null);
  });

  it('begins anew with the gathering of an ICE restart', async () => {
    const rule = new IceReady();
    const first = gathering();
    rule.take({ candidate: { type: 'relay' }, ready: first.ready });
    const second = gathering();
    rule.take({ candidate: { type: 'host' }, ready: second.ready });
    await pause(200);
    expect(second.after()).not.to.equal(null);
  });

  it('does not come after the leg is over', async () => {
    const rule = new IceReady();
    const { ready, after } = gathering();
    rule.take({ candidate: { type: 'host' }, ready });
    rule.stop();
    await pause(200);
    expect(after()).to.equal(null);
  });
});
