import type { LegId } from '../../server/core/kernel/ids.ts';
import type { FakeLeg } from './fake-legs.ts';
import type { FakeSwitch } from './fake-switch.ts';

/** What reaches a far end: the frequencies that were sent by others or played, and whether music is on. */
export interface Heard {
  readonly frequencies: readonly number[];
  readonly music: boolean;
}

/** Those that are not of 450 Hz. */
const TONES: Readonly<Record<string, number>> = { beep: 950, 'press-key': 950, monitored: 1400 };

/** Reckons what a leg hears from rooms, voices, music and playback, as the port defines them. */
export function heardBy(telephone: FakeSwitch, legId: LegId): Heard {
  const listener = telephone.legsById.get(legId);
  if (!listener || listener.heldThere) return { frequencies: [], music: false };
  const frequencies: number[] = [];
  for (const { target, source } of telephone.sound.playing) {
    const reached = 'leg' in target ? target.leg === legId : target.room === listener.roomId;
    // Progress tones stand for themselves: those of China (ITU-T E.180 supplement 2).
    if (reached && source.kind === 'frequency') frequencies.push(source.hz);
    if (reached && source.kind === 'tone') frequencies.push(TONES[source.tone] ?? 450);
  }
  if (listener.music) return { frequencies, music: true };
  for (const speaker of telephone.legsById.values()) {
    if (speaker.sending !== null && speaks(speaker, listener)) frequencies.push(speaker.sending);
  }
  return { frequencies, music: false };
}

function speaks(speaker: FakeLeg, listener: FakeLeg): boolean {
  if (speaker.id === listener.id || speaker.music || speaker.heldThere) return false;
  if (speaker.roomId === null || speaker.roomId !== listener.roomId) return false;
  switch (speaker.voice.kind) {
    case 'all':
      return true;
    case 'listen':
      return false;
    case 'whisper':
      return speaker.voice.to === listener.id;
    default:
      return speaker.voice satisfies never;
  }
}
