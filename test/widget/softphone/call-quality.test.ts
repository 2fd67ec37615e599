import { expect } from '@open-wc/testing';
import { meanOpinionScore, measureQuality } from '../../../widget/softphone/call-quality.ts';

function report(received: number, lost: number, roundTripTime = 0.04) {
  return [
    { type: 'inbound-rtp', kind: 'audio', jitter: 0.003, packetsReceived: received, packetsLost: lost },
    { type: 'remote-inbound-rtp', kind: 'audio', roundTripTime },
    { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.9 },
  ];
}

describe('call quality', () => {
  it('is near the best that G.711 can do on a clean line', () => {
    expect(meanOpinionScore({ oneWayMs: 20, lossIn: 0 })).to.be.within(4.3, 4.5);
  });

  it('falls with loss as G.107 says', () => {
    // R = 93.2 - 0.024 * 80 - 95 * 5 / (5 + 25.1) = 75.5
    expect(meanOpinionScore({ oneWayMs: 50, lossIn: 0.05 })).to.be.closeTo(3.85, 0.05);
    expect(meanOpinionScore({ oneWayMs: 50, lossIn: 0.3 })).to.be.below(2.5);
  });

  it('falls steeply with delay only above 177 ms', () => {
    const at = (oneWayMs: number): number => meanOpinionScore({ oneWayMs, lossIn: 0 });
    expect(at(100) - at(140)).to.be.below(0.1);
    expect(at(240) - at(280)).to.be.above(0.1);
  });

  it('never leaves the scale', () => {
    expect(meanOpinionScore({ oneWayMs: 5000, lossIn: 1 })).to.equal(1);
    expect(meanOpinionScore({ oneWayMs: 0, lossIn: 0 })).to.be.at.most(4.5);
  });

  it('counts the loss of the last interval, not of the whole call', () => {
    const first = measureQuality(report(900, 100), null);
    expect(first.quality.lossIn).to.be.closeTo(0.1, 1e-9);
    const second = measureQuality(report(1000, 100), first.counters);
    expect(second.quality.lossIn).to.equal(0);
    expect(second.quality.mos).to.be.above(first.quality.mos ?? 5);
  });

  it('counts the wait in the jitter buffer of the last interval', () => {
    const at = (jitterBufferDelay: number, jitterBufferEmittedCount: number, received: number) => [
      { ...report(received, 0)[0], type: 'inbound-rtp', jitterBufferDelay, jitterBufferEmittedCount },
    ];
    const slow = measureQuality(at(40, 100, 100), null);
    const better = measureQuality(at(44, 200, 200), slow.counters);
    expect(slow.quality.mos).to.be.below(4);
    expect(better.quality.mos).to.be.above(4.3);
  });

  it('takes the round trip that the audio makes before that of the connection checks', () => {
    expect(measureQuality(report(100, 0), null).quality.roundTripMs).to.be.closeTo(40, 1e-9);
  });

  it('gives no score before anything was received', () => {
    const { quality } = measureQuality(
      [{ type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.05 }],
      null,
    );
    expect(quality).to.deep.equal({ roundTripMs: 50, jitterMs: null, lossIn: null, mos: null });
  });
});
