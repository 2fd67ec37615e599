import { afterEach, beforeEach, describe } from 'vitest';
import { SuiteBed } from './suite-bed.ts';
import { describeCalls } from './switch-calls.ts';
import { describeConference } from './switch-conference.ts';
import { describeDevices } from './switch-devices.ts';
import { describeHandOver } from './switch-hand-over.ts';
import type { MakeHarness } from './switch-harness.ts';
import { describeMedia } from './switch-media.ts';
import { describeMoves } from './switch-moves.ts';
import { describeRooms } from './switch-rooms.ts';
import { describeVoices } from './switch-voices.ts';

/** What every switch behind the port does. An adapter takes part by naming its harness. */
export function describeSwitch(name: string, makeHarness: MakeHarness): void {
  describe(`${name} as a switch`, () => {
    let bed: SuiteBed;

    beforeEach(async () => {
      bed = await SuiteBed.make(makeHarness);
    });

    afterEach(() => bed.stop());

    describeCalls(() => bed);
    describeDevices(() => bed);
    describeMedia(() => bed);
    describeRooms(() => bed);
    describeVoices(() => bed);
    describeMoves(() => bed);
    describeConference(() => bed);
    describeHandOver(() => bed);
  });
}
