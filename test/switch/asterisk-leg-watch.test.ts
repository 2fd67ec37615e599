import { beforeEach, describe, expect, it } from 'vitest';
import { asId } from '../../server/core/kernel/ids.ts';
import type { EndpointId, LegId } from '../../server/core/kernel/ids.ts';
import type { AriClient } from '../../server/switch/asterisk/ari-client.ts';
import { AsteriskLeg } from '../../server/switch/asterisk/asterisk-leg.ts';
import { LegWatch } from '../../server/switch/asterisk/leg-watch.ts';
import { ManualClock } from '../support/manual-clock.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

describe('the watch over an answered leg', () => {
  let clock: ManualClock;
  let lost: string[];
  let told: string[];
  /** Packets that Asterisk has received of it. */
  let received: () => number;

  beforeEach(() => {
    clock = new ManualClock();
    lost = [];
    told = [];
  });

  function measured(sendsAlways = true): AsteriskLeg {
    const leg = new AsteriskLeg(asId<LegId>('leg'), 'channel', asId<EndpointId>('phone'), 'answered', false);
    const client = { call: async () => ({ rxcount: received(), txcount: 0 }) } as unknown as AriClient;
    const watch = new LegWatch({
      ...{ client, clock, log: silent, sendsAlways: () => sendsAlways },
      emit: (event) => void told.push(event.type),
      onLost: (_leg, cause) => {
        lost.push(cause);
        watch.forget(leg);
      },
    });
    watch.measure(leg);
    return leg;
  }

  it('has it lost when its voice stops', async () => {
    received = () => 50;
    measured();
    await clock.advance(11_000);
    expect(lost).toEqual(['media-lost']);
    expect(told).toContain('quality');
  });

  it('has it lost when no voice has ever come', async () => {
    received = () => 0;
    measured();
    await clock.advance(9_000);
    expect(lost).toEqual([]);
    await clock.advance(2_000);
    expect(lost).toEqual(['media-lost']);
    expect(told).toEqual([]);
  });

  it('lets it be while its voice comes, however late it began', async () => {
    const answeredAt = clock.now();
    received = () => Math.max(0, Math.floor((clock.now() - answeredAt - 8_000) / 20));
    measured();
    await clock.advance(60_000);
    expect(lost).toEqual([]);
  });

  it('lets a desk phone be that is silent, and a leg that hears music', async () => {
    received = () => 0;
    measured(false);
    measured().music = true;
    await clock.advance(60_000);
    expect(lost).toEqual([]);
  });
});
