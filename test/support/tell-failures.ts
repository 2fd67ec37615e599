import { afterEach } from 'vitest';
import { CallCentre } from './call-centre.ts';

/** A test that fails once in many runs is explained by what the server has written then. */
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.log(await CallCentre.story());
});
