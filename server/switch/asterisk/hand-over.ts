import { type HandOverOptions, SwitchError } from '../../core/ports/switch.ts';
import { checkTelephone, withPrefix } from '../telephone-number.ts';
import type { Adoption } from './adoption.ts';
import type { AriClient } from './ari-client.ts';
import { type AsteriskConfig, HAND_OVER_CONTEXT } from './asterisk-config.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import { callerVariables } from './dial-request.ts';
import type { EndpointBook } from './endpoint-book.ts';
import type { LegRegistry } from './leg-registry.ts';
import type { Playbacks } from './playbacks.ts';
import type { Positions } from './positions.ts';
import type { Recordings } from './recordings.ts';

export interface HandOverParts {
  readonly config: AsteriskConfig;
  readonly client: AriClient;
  readonly legs: LegRegistry;
  readonly endpoints: EndpointBook;
  readonly positions: Positions;
  readonly playbacks: Playbacks;
  readonly recordings: Recordings;
  readonly adoption: Adoption;
}

/**
 * Gives the channel of a leg to the dialplan, which calls a number for it: the call then lives without us. The context is
 * the operator's to narrow: a number that it does not take is refused here, while the leg is still in our hands.
 */
export class HandOver {
  readonly #parts: HandOverParts;

  constructor(parts: HandOverParts) {
    this.#parts = parts;
  }

  /** To be called in the leg's turn. @throws AriError, SwitchError no-such-leg, wrong-state, no-route */
  async run(leg: AsteriskLeg, number: string, { callerId }: HandOverOptions): Promise<void> {
    const { client, legs, positions, playbacks, recordings, adoption } = this.#parts;
    const { channelId } = leg;
    const path = { channelId };
    if (leg.gone) throw new SwitchError('no-such-leg', `no leg ${leg.id}`);
    if (leg.state !== 'answered') throw new SwitchError('wrong-state', 'the leg is not answered');
    const { way, extension } = this.#wayTo(checkTelephone(number));
    const { value: exists } = await client.call('GET /channels/{channelId}/variable', {
      path,
      query: { variable: `DIALPLAN_EXISTS(${HAND_OVER_CONTEXT},${extension},1)` },
    });
    if (exists !== '1') {
      throw new SwitchError(
        'no-route',
        `the dialplan context ${HAND_OVER_CONTEXT} does not take this number`,
      );
    }
    await recordings.stopOf(leg);
    await playbacks.stopOf(leg);
    await positions.release(leg);
    await adoption.forget(leg);
    for (const [variable, value] of Object.entries({ ...way, ...callerVariables('CALLERID', callerId) })) {
      await client.call('POST /channels/{channelId}/variable', { path, query: { variable, value } });
    }
    await client.call('POST /channels/{channelId}/continue', {
      path,
      query: { context: HAND_OVER_CONTEXT, extension, priority: 1 },
    });
    legs.ended(leg, 'handed-over', 'near');
  }

  /** What the dialplan is told: the carrier, or the line that is reached under the number itself. */
  #wayTo(number: string): { way: Record<string, string>; extension: string } {
    const { endpoints, config } = this.#parts;
    const line = endpoints.outside(number);
    if (line) return { way: { TELEBAR_LINE: line.username }, extension: number };
    if (config.trunk === null) {
      throw new SwitchError('no-route', `nobody is reached under ${number}: there is no trunk`);
    }
    const extension = withPrefix(config.trunkPrefix ?? '', number);
    return { way: { TELEBAR_TRUNK: config.trunk }, extension };
  }
}
