import {
  CallDataRequest,
  DialRequest,
  DigitsRequest,
  WrapUpAnswer,
  WrapUpRequest,
} from '../../contract/commands.ts';
import { LinkCustomerRequest } from '../../contract/customer.ts';
import { CallView } from '../../contract/desk.ts';
import type { ProblemCode } from '../../contract/problem.ts';
import { asId, type CallId, type CustomerId } from '../../core/kernel/ids.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import type { CallCommands } from './call-service.ts';
import { CallLegPath, CallPath } from '../../http/path-ids.ts';
import { sessionRoute, type Feature, type Route } from '../../http/route.ts';

export function callRoutes(calls: CallCommands): Feature {
  const confirmed = { status: 200, response: CallView } as const;
  const every: readonly ProblemCode[] = ['no-such-call', 'call-not-active', 'call-failed'];
  return {
    tag: 'Calls',
    routes: [
      sessionRoute({
        method: 'post',
        path: '/calls',
        right: 'control-calls',
        summary: "Dial: the agent's device first, then the number",
        body: DialRequest,
        ...confirmed,
        problems: [
          'not-signed-in',
          'agent-busy',
          'device-not-connected',
          'unknown-group',
          'not-found',
          'forbidden',
          'unknown-number',
          'dialling-restricted',
          'target-busy',
          'target-unavailable',
          'no-route',
          'call-failed',
        ],
        run: (who, { body }) => calls.dial(who, body),
      }),
      command(
        'answer',
        'Answer a call that is offered',
        [...every, 'call-not-ringing', 'device-cannot-answer'],
        (who, id) => calls.answer(who, id),
      ),
      command('reject', 'Refuse a call that is offered', [...every, 'call-not-ringing'], (who, id) =>
        calls.reject(who, id),
      ),
      command('hangup', 'End the call', every, (who, id) => calls.hangup(who, id)),
      command('hold', 'Hold: the other side hears music', [...every, 'held-by-other-side'], (who, id) =>
        calls.hold(who, id),
      ),
      command('resume', 'Take the held call back', [...every, 'call-not-held', 'held-at-phone'], (who, id) =>
        calls.resume(who, id),
      ),
      command('mute', 'Be heard by nobody', every, (who, id) => calls.mute(who, id, true)),
      command('unmute', 'Be heard again', every, (who, id) => calls.mute(who, id, false)),
      sessionRoute({
        method: 'post',
        path: '/calls/:id/digits',
        right: 'control-calls',
        summary: 'Send digits to the other side',
        params: CallPath,
        body: DigitsRequest,
        ...confirmed,
        problems: [...every, 'call-held'],
        run: (who, { params, body }) => calls.digits(who, params.id, body.digits),
      }),
      sessionRoute({
        method: 'post',
        path: '/calls/:id/legs/:legId/hangup',
        right: 'control-calls',
        whenLocked: 'allowed',
        summary: 'End one side of the call',
        params: CallLegPath,
        ...confirmed,
        problems: every,
        run: (who, { params }) => calls.hangupLeg(who, params.id, params.legId),
      }),
      sessionRoute({
        method: 'patch',
        path: '/calls/:id/data',
        right: 'control-calls',
        summary: 'Attach data to the call; an empty string removes a key',
        params: CallPath,
        body: CallDataRequest,
        ...confirmed,
        problems: ['no-such-call', 'payload-too-large'],
        run: (who, { params, body }) => calls.setData(who, params.id, body.data),
      }),
      sessionRoute({
        method: 'put',
        path: '/calls/:id/customer',
        right: 'control-calls',
        summary: 'Link a customer to the call; null unlinks',
        params: CallPath,
        body: LinkCustomerRequest,
        ...confirmed,
        problems: ['no-such-call', 'not-found'],
        run: (who, { params, body }) =>
          calls.linkCustomer(
            who,
            params.id,
            body.customerId === null ? null : asId<CustomerId>(body.customerId),
          ),
      }),
      sessionRoute({
        method: 'post',
        path: '/calls/:id/wrap-up',
        right: 'control-calls',
        summary: 'Note down what the call was about, and end its after-call work when asked to',
        params: CallPath,
        body: WrapUpRequest,
        status: 200,
        response: WrapUpAnswer,
        problems: ['no-such-call', 'unknown-reason'],
        run: (who, { params, body }) => calls.wrapUp(who, params.id, body),
      }),
    ],
  };

  /** A command without a body on one call. A locked desk can be rung and hung up, and nothing else. */
  function command(
    name: string,
    summary: string,
    problems: readonly ProblemCode[],
    run: (who: Identity, id: CallId) => Promise<CallView>,
  ): Route {
    return sessionRoute({
      method: 'post',
      path: `/calls/:id/${name}`,
      right: 'control-calls',
      summary,
      params: CallPath,
      whenLocked: ['answer', 'reject', 'hangup'].includes(name) ? 'allowed' : 'refused',
      ...confirmed,
      problems,
      run: (who, { params }) => run(who, params.id),
    });
  }
}
