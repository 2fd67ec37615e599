import type { AgentStateWord } from '../../server/contract/desk.ts';
import type { IconShape } from '../icons/icon.ts';
import Check from 'lucide/dist/esm/icons/check.mjs';
import ClipboardPen from 'lucide/dist/esm/icons/clipboard-pen.mjs';
import Headphones from 'lucide/dist/esm/icons/headphones.mjs';
import Minus from 'lucide/dist/esm/icons/minus.mjs';
import Pause from 'lucide/dist/esm/icons/pause.mjs';
import PhoneIncoming from 'lucide/dist/esm/icons/phone-incoming.mjs';
import PhoneOutgoing from 'lucide/dist/esm/icons/phone-outgoing.mjs';
import Phone from 'lucide/dist/esm/icons/phone.mjs';
import CirclePause from 'lucide/dist/esm/icons/circle-pause.mjs';

/** A state is never told by colour alone: each has its mark. */
export const stateIcons: Readonly<Record<AgentStateWord, IconShape>> = {
  'signed-out': Minus,
  idle: Check,
  ringing: PhoneIncoming,
  dialling: PhoneOutgoing,
  talking: Phone,
  holding: CirclePause,
  monitoring: Headphones,
  acw: ClipboardPen,
  paused: Pause,
};
