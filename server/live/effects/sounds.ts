import type { Saying } from '../../core/ports/effects.ts';
import type { PlaySource } from '../../core/ports/switch.ts';

/** What is played for a sentence. Never rejects. */
export type Sounds = (saying: Saying) => Promise<PlaySource>;

export const TONE: PlaySource = { kind: 'tone', tone: 'beep' };

export const tonesOnly: Sounds = async () => TONE;
