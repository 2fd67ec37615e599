import { CallInRequest, TransferRequest } from '../../contract/commands.ts';
import { CallView } from '../../contract/desk.ts';
import type { ProblemCode } from '../../contract/problem.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { CallId, PartyId } from '../../core/kernel/ids.ts';
import { CallPartyPath, CallPath } from '../../http/path-ids.ts';
import { sessionRoute, type Feature, type Route } from '../../http/route.ts';
import type { PartyCommands } from './party-service.ts';

const EVERY: readonly ProblemCode[] = ['no-such-call', 'call-not-active', 'call-failed'];
const CALLING: readonly ProblemCode[] = [
  ...EVERY,
  'call-full',
  'target-busy',
  'target-unavailable',
  'unknown-number',
  'unknown-group',
  'not-found',
  'dialling-restricted',
  'forbidden',
];
const confirmed = { method: 'post', right: 'control-calls', status: 200, response: CallView } as const;

/** Calls of more than two parties: docs/calls-of-many-parties.md. */
export function partyRoutes(parties: PartyCommands): Feature {
  return {
    tag: 'Calls',
    routes: [
      sessionRoute({
        ...confirmed,
        path: '/calls/:id/consult',
        summary: 'Ask somebody aside, while the others hear music',
        params: CallPath,
        body: CallInRequest,
        problems: [...CALLING, 'consult-taken'],
        run: (who, { params, body }) => parties.consult(who, params.id, body.target),
      }),
      sessionRoute({
        ...confirmed,
        path: '/calls/:id/add',
        summary: 'Call somebody into the conversation',
        params: CallPath,
        body: CallInRequest,
        problems: CALLING,
        run: (who, { params, body }) => parties.add(who, params.id, body.target),
      }),
      sessionRoute({
        ...confirmed,
        path: '/calls/:id/transfer',
        summary: 'Pass the call on: to who is being asked, or unasked',
        params: CallPath,
        body: TransferRequest,
        problems: CALLING,
        run: (who, { params, body }) => parties.transfer(who, params.id, body),
      }),
      command('swap', 'Between who is asked aside and the others', (who, id) => parties.swap(who, id)),
      command('retrieve', 'Back to the others; who was asked is let go', (who, id) =>
        parties.retrieve(who, id),
      ),
      command('conference', 'Bring in who was asked: all hear all', (who, id) => parties.conference(who, id)),
      command('leave', 'Leave the call to the others, who go on if an agent is among them', (who, id) =>
        parties.leave(who, id),
      ),
      ofParty('kick', 'Let one party go', (who, id, party) => parties.kick(who, id, party)),
      ofParty('mute', 'Let the others not hear one party', (who, id, party) =>
        parties.mute(who, id, party, true),
      ),
      ofParty('unmute', 'Let one party be heard again', (who, id, party) =>
        parties.mute(who, id, party, false),
      ),
    ],
  };

  function ofParty(
    name: string,
    summary: string,
    run: (who: Identity, id: CallId, partyId: PartyId) => Promise<CallView>,
  ): Route {
    return sessionRoute({
      ...confirmed,
      path: `/calls/:id/parties/:partyId/${name}`,
      summary,
      params: CallPartyPath,
      problems: [...EVERY, 'forbidden'],
      run: (who, { params }) => run(who, params.id, params.partyId),
    });
  }

  function command(
    name: string,
    summary: string,
    run: (who: Identity, id: CallId) => Promise<CallView>,
  ): Route {
    return sessionRoute({
      ...confirmed,
      path: `/calls/:id/${name}`,
      summary,
      params: CallPath,
      whenLocked: name === 'leave' ? 'allowed' : 'refused',
      problems: EVERY,
      run: (who, { params }) => run(who, params.id),
    });
  }
}
