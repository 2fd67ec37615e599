import { endWrapUp, pause, resume, setLocked, setNextState, signOut } from '../agent/agent-commands.ts';
import { signIn } from '../agent/sign-in.ts';
import type { Confirmation } from '../call/confirmation.ts';
import { isEnded, legOf } from '../model/call.ts';
import { compare } from '../call/comparing.ts';
import { endCall } from '../call/ending.ts';
import { callArrived } from '../call/inbound.ts';
import { joined } from '../call/joining.ts';
import { legAnswered, legEnded, legLost, legRang } from '../call/leg-facts.ts';
import { dial } from '../call/outbound.ts';
import { followPhones, holdFailed, legHeld } from '../call/phone-hold.ts';
import { followDevice } from '../call/follow-device.ts';
import { rejoined } from '../call/recovery.ts';
import {
  callOf,
  checkAnswer,
  hangup,
  hangupLeg,
  hold,
  mute,
  reject,
  resumeCall,
  sendDigits,
  setData,
} from '../call/talk.ts';
import { noteOnDesk, wrapUp } from '../call/wrap-up.ts';
import { DomainError } from '../kernel/domain-error.ts';
import type { IdSource } from '../kernel/id-source.ts';
import { dispatchQueues } from '../queue/dispatch.ts';
import { tick } from './deadlines.ts';
import { Draft } from '../model/draft.ts';
import type { Decision } from '../model/draft.ts';
import type { Command, Fact, Input } from './input.ts';
import type { TeamState } from '../model/team.ts';

/**
 * What follows from one input, for a whole team: events, what they change, and intents for the switch. Pure: time and ids
 * are given, and the team is left as it is (see `layOver`). A command that is refused throws a `DomainError`; facts are never refused.
 */
export function decide(team: TeamState, input: Input, now: number, ids: IdSource): Decision {
  const draft = new Draft(team, now, ids);
  if (isCommand(input)) obey(draft, input);
  else learn(draft, input);
  dispatchQueues(draft);
  return draft.decision();
}

function isCommand(input: Input): input is Command {
  return 'agentId' in input && Object.hasOwn(COMMANDS, input.type);
}

/** Which commands there are, and which of them a locked desk still obeys. */
const COMMANDS: Record<Command['type'], 'blocked when locked' | 'always'> = {
  SignIn: 'blocked when locked',
  SignOut: 'blocked when locked',
  Pause: 'blocked when locked',
  Resume: 'blocked when locked',
  EndAcw: 'blocked when locked',
  SetNextState: 'blocked when locked',
  Lock: 'always',
  Unlock: 'always',
  Dial: 'blocked when locked',
  Answer: 'always',
  Reject: 'always',
  Hangup: 'always',
  HangupLeg: 'always',
  Hold: 'blocked when locked',
  ResumeCall: 'blocked when locked',
  Mute: 'blocked when locked',
  SendDigits: 'blocked when locked',
  SetData: 'blocked when locked',
  LinkCustomer: 'blocked when locked',
  WrapUp: 'blocked when locked',
  NoteWrapUp: 'blocked when locked',
};

function obey(draft: Draft, command: Command): void {
  const { agentId } = command;
  if (draft.agent(agentId).locked && COMMANDS[command.type] === 'blocked when locked') {
    throw new DomainError('locked', 'The desk is locked.');
  }
  switch (command.type) {
    case 'SignIn':
      return signIn(draft, command);
    case 'SignOut':
      return signOut(draft, command);
    case 'Pause':
      return pause(draft, agentId, command.reasonId);
    case 'Resume':
      return resume(draft, agentId);
    case 'EndAcw':
      return endWrapUp(draft, agentId);
    case 'SetNextState':
      return setNextState(draft, agentId, command.next);
    case 'Lock':
      return setLocked(draft, agentId, true);
    case 'Unlock':
      return setLocked(draft, agentId, false);
    case 'Dial':
      return dial(draft, command);
    case 'Answer':
      checkAnswer(draft, agentId, command.callId);
      return;
    case 'Reject':
      return reject(draft, agentId, command.callId);
    case 'Hangup':
      return hangup(draft, agentId, command.callId);
    case 'HangupLeg':
      return hangupLeg(draft, agentId, command.callId, command.legId);
    case 'Hold':
      return hold(draft, agentId, command.callId);
    case 'ResumeCall':
      return resumeCall(draft, agentId, command.callId);
    case 'Mute':
      return mute(draft, agentId, command.callId, command.muted);
    case 'SendDigits':
      return sendDigits(draft, agentId, command.callId, command.digits);
    case 'SetData':
      return setData(draft, agentId, command.callId, command.data);
    case 'LinkCustomer': {
      const { callId, customerId, name } = command;
      callOf(draft, agentId, callId);
      draft.apply({ type: 'customer-linked', callId, customerId, name });
      return;
    }
    case 'WrapUp':
      return wrapUp(draft, command);
    case 'NoteWrapUp':
      return noteOnDesk(draft, agentId, command.callId, command.wrapUp, command.finish);
    default:
      return command satisfies never;
  }
}

function learn(draft: Draft, fact: Fact): void {
  switch (fact.type) {
    case 'CallArrived':
      return callArrived(draft, fact);
    case 'LegRang':
      return legRang(draft, fact);
    case 'LegAnswered':
      return legAnswered(draft, fact.legId);
    case 'LegHeld':
      return legHeld(draft, fact);
    case 'LegEnded':
      return legEnded(draft, fact);
    case 'LegLost':
      return legLost(draft, fact.legId, fact.cause);
    case 'IntentFailed':
      if (draft.team.calls.has(fact.callId)) {
        endCall(draft, fact.callId, fact.cause, { kind: 'system' });
      }
      return;
    case 'HoldFailed':
      return holdFailed(draft, fact);
    case 'LegUp':
    case 'Joined':
    case 'Rejoined':
    case 'HoldConfirmed':
    case 'ResumeConfirmed':
    case 'MuteConfirmed':
      return confirm(draft, fact);
    case 'EndpointOnline':
      draft.apply({ type: 'endpoint-came-online', endpointId: fact.endpointId, link: fact.link });
      return followDevice(draft, fact.endpointId);
    case 'EndpointMeasured':
      return draft.apply({
        type: 'endpoint-measured',
        endpointId: fact.endpointId,
        latencyMs: fact.latencyMs,
      });
    case 'EndpointOffline':
      return draft.apply({ type: 'endpoint-went-offline', endpointId: fact.endpointId });
    case 'EndpointRetired':
      return draft.apply({ type: 'endpoint-forgotten', endpointId: fact.endpointId });
    case 'BrowserChosen':
      return draft.apply({
        type: 'browser-chosen',
        agentId: fact.agentId,
        endpointId: fact.endpointId,
        clientId: fact.clientId,
      });
    case 'PageSeen':
      return pageSeen(draft, fact);
    case 'PageGone':
      if (draft.team.pages.get(fact.agentId)?.clientId === fact.clientId) {
        draft.apply({ type: 'page-gone', agentId: fact.agentId });
      }
      return;
    case 'SwitchDown':
      return draft.apply({ type: 'switch-went-down' });
    case 'Compared':
      return compare(draft, fact);
    case 'CloseAll':
      for (const call of draft.team.calls.values()) {
        endCall(draft, call.id, 'server-restart', { kind: 'system' });
      }
      return;
    case 'Tick':
      return tick(draft, fact.only);
    default:
      return fact satisfies never;
  }
}

function pageSeen(draft: Draft, fact: Extract<Fact, { type: 'PageSeen' }>): void {
  // Only the page that carries the voice counts; the agent's other tabs have no phone of their own.
  const page = draft.team.pages.get(fact.agentId);
  if (page?.clientId !== fact.clientId || !fact.phone) return;
  // The clock may have been set on since it came.
  const at = Math.max(fact.at, page.seen?.at ?? page.chosenAt);
  draft.apply({ type: 'page-seen', agentId: fact.agentId, seen: { at, ...fact.phone } });
}

function confirm(draft: Draft, fact: Confirmation): void {
  const { callId } = fact;
  const call = draft.team.calls.get(callId);
  if (!call || isEnded(call)) return;
  switch (fact.type) {
    case 'LegUp': {
      const state = legOf(call, fact.legId)?.state;
      if (state && state !== 'up' && state !== 'gone') {
        draft.apply({ type: 'leg-came-up', callId, legId: fact.legId });
      }
      return;
    }
    case 'Joined':
      joined(draft, callId);
      return followPhones(draft, callId);
    case 'Rejoined':
      rejoined(draft, callId, fact.legId);
      return followPhones(draft, callId);
    case 'HoldConfirmed':
      if (call.phase.kind !== 'talking') return;
      draft.apply({ type: 'call-held', callId, agentId: fact.agentId });
      draft.apply({ type: 'agent-holding', agentId: fact.agentId, callId });
      return;
    case 'ResumeConfirmed': {
      if (call.phase.kind !== 'held' || call.phase.by !== fact.agentId) return;
      draft.apply({ type: 'call-resumed', callId });
      draft.apply({ type: 'agent-talking', agentId: fact.agentId, callId });
      return followPhones(draft, callId);
    }
    case 'MuteConfirmed':
      draft.apply({ type: 'leg-muted', callId, legId: fact.legId, muted: fact.muted });
      return;
    default:
      return fact satisfies never;
  }
}
