import { expect, it } from 'vitest';
import type { LegId } from '../../server/core/kernel/ids.ts';
import type { Decision } from '../../server/core/model/draft.ts';
import { agentId } from '../support/builders.ts';
import { CALL, Given, ready } from './given.ts';

const [ANNA, BEN, CHEN] = [agentId('1001'), agentId('1002'), agentId('1003')];

function confirm(given: Given, decision: Decision): void {
  for (const { done } of decision.intents) if (done) given.when(done);
}

function dialled({ intents }: Decision): LegId {
  for (const intent of intents) if (intent.op === 'dial') return intent.request.legId;
  throw new Error('nobody was rung');
}

it('an agent from whom music cannot be taken away does not talk into it unheard: the call ends', () => {
  const given = new Given({}, [...ready('1001'), ...ready('1002'), ...ready('1003')]);
  const anna = dialled(
    given.when({
      ...{ type: 'Dial', agentId: ANNA, callId: CALL, to: { kind: 'agent', agentId: BEN }, known: true },
      ...{ groupId: null, callerId: null, customer: null, data: {}, ownLeg: null },
    }),
  );
  const ben = dialled(given.when({ type: 'LegAnswered', legId: anna }));
  confirm(given, given.when({ type: 'LegAnswered', legId: ben }));
  // Ben's page is loaded anew: Anna hears music, and asks somebody else meanwhile.
  confirm(given, given.when({ type: 'LegLost', legId: ben, cause: 'signalling-lost' }));
  const target = { kind: 'agent', agentId: CHEN } as const;
  const asked = given.when({ type: 'Consult', agentId: ANNA, callId: CALL, target });
  const step = asked.intents.find((intent) => intent.op === 'music' && !intent.on);
  expect(step).toMatchObject({ legId: anna });
  const steps = [{ op: 'music', legId: anna }] as const;
  given.when({ type: 'PlanFailed', callId: CALL, version: step?.plan ?? 0, steps, away: false });
  expect(given.state.calls.get(CALL)?.phase).toMatchObject({ kind: 'ended', cause: 'switch-failure' });
});
