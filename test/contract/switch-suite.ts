import { afterEach, beforeEach, describe } from 'vitest';
import { SuiteBed } from './suite-bed.ts';
import { describeCalls } from './switch-calls.ts';
import { describeDevices } from './switch-devices.ts';
import { describeHandOver } from './switch-hand-over.ts';
import type { MakeHarness } from './switch-harness.ts';
import { describeHolds } from './switch-holds.ts';
import { describeLosses } from './switch-losses.ts';
import { describeMedia } from './switch-media.ts';
import { describeMoves } from './switch-moves.ts';
import { describeRooms } from './switch-rooms.ts';
import { describeTransfers } from './switch-transfers.ts';
import { describeVoices } from './switch-voices.ts';
import { describePlaying } from './switch-playing.ts';
import { describeRecordings } from './switch-recordings.ts';
import { describeCallers } from './switch-callers.ts';
import { describeCapabilities } from './switch-capabilities.ts';
import { describeWithoutLine } from './switch-without-line.ts';

/** What every switch behind the port does. An adapter takes part by naming its harness. */
export function describeSwitch(name: string, makeHarness: MakeHarness): void {
  describe(`${name} as a switch`, () => {
    let bed: SuiteBed;

    beforeEach(async () => {
      bed = await SuiteBed.make(makeHarness);
    });

    afterEach(() => bed.stop());

    describeCalls(() => bed);
    describeCallers(() => bed);
    describeHolds(() => bed);
    describeTransfers(() => bed);
    describeDevices(() => bed);
    describeLosses(() => bed);
    describeMedia(() => bed);
    describeRooms(() => bed);
    describeVoices(() => bed);
    describeMoves(() => bed);
    describePlaying(() => bed);
    describeRecordings(() => bed);
    describeCapabilities(() => bed);
    describeHandOver(() => bed);
  });

  describe(`${name} as a switch`, () => describeWithoutLine(makeHarness));
}
