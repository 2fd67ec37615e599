import { SwitchError, type SwitchErrorCode } from '../../core/ports/switch.ts';
import { MediaError, type MediaErrorCode } from './media/media-engine.ts';

const CODES: Readonly<Record<MediaErrorCode, SwitchErrorCode>> = {
  'not-acceptable': 'unsupported',
  'no-such-leg': 'no-such-leg',
  'no-such-room': 'no-such-room',
  'no-ports': 'switch-down',
  'bad-source': 'bad-source',
  unsupported: 'unsupported',
  'no-telephone-event': 'unsupported',
  'wrong-state': 'wrong-state',
  down: 'switch-down',
};

/** Runs an intent of the media engine and tells its refusal in the words of the port. */
export async function throughMedia<T>(intent: Promise<T>): Promise<T> {
  try {
    return await intent;
  } catch (error) {
    if (error instanceof MediaError) {
      throw new SwitchError(CODES[error.code], error.message, { cause: error });
    }
    throw error;
  }
}
