import { expect, it } from 'vitest';
import { AriError, isGone, toSwitchError } from '../../server/switch/asterisk/ari-error.ts';

it.each([
  [404, 'DELETE /channels/1: 404 Channel not found'],
  [400, 'POST /bridges/1/addChannel: 400 Channel not found'],
  [422, 'POST /bridges/1/addChannel: 422 Channel not in Stasis application'],
  [409, 'POST /channels/1/silence: 409 Channel not in Stasis application'],
])('a channel that is ending is gone, whatever the request: %i', (status, message) => {
  const error = new AriError(status, message);
  expect(isGone(error)).toBe(true);
  expect(toSwitchError(error, 'no-such-leg')).toMatchObject({ code: 'no-such-leg' });
});

it('a request that does not suit a channel that is there is refused as such', () => {
  const error = new AriError(409, 'POST /channels/1/dial: 409 Channel is not in a state to be dialled');
  expect(isGone(error)).toBe(false);
  expect(toSwitchError(error, 'no-such-leg')).toMatchObject({ code: 'wrong-state' });
});
