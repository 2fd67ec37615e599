import { canRunAround } from '../support/asterisk/around.ts';

/** Before the files begin, which run side by side: two that unpack into one folder get in each other's way. */
export async function setup(): Promise<void> {
  await canRunAround();
}
