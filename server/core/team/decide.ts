import { mayWork } from '../agent/availability.ts';
import { pageChanged } from '../agent/page-facts.ts';
import { commands as agentCommands } from '../agent/commands.ts';
import { commands as callCommands } from '../call/commands.ts';
import { commands as partyCommands } from '../call/party-commands.ts';
import { commands as supervisionCommands } from '../supervision/commands.ts';
import type { Confirmation } from '../call/confirmation.ts';
import { isEnded, legOf } from '../model/call.ts';
import { compare } from '../call/comparing.ts';
import { endCall } from '../call/ending.ts';
import { callArrived } from '../call/inbound.ts';
import { keyPressed, legAnswered, legEnded, legLost, legRang } from '../call/leg-facts.ts';
import { legHeld } from '../call/phone-hold.ts';
import { planFailed, planReached } from '../call/plan-facts.ts';
import { followDevice } from '../call/follow-device.ts';
import { leaveSilentPage } from '../call/silent-page.ts';
import { DomainError } from '../kernel/domain-error.ts';
import type { IdSource } from '../kernel/id-source.ts';
import { OfferFailed, dispatchQueues } from '../queue/dispatch.ts';
import { leaveEmptyLines } from '../queue/overflow.ts';
import { limitReturned, tick } from './deadlines.ts';
import { setUpChanged } from './set-up-changed.ts';
import { Draft } from '../model/draft.ts';
import type { Decision } from '../model/draft.ts';
import { may } from '../model/rights.ts';
import type { Commands, Rule } from './command-table.ts';
import type { Command, Fact, Input, Order } from './input.ts';
import type { TeamState } from '../model/team.ts';

/**
 * What follows from one input, for a whole team: events, what they change, and intents for the switch. Pure: time and ids
 * are given, and the team is left as it is (see `layOver`). A command that is refused throws a `DomainError`; facts are never refused. Queues are
 * served after each input: when that fails, the input is decided without it.
 */
export function decide(team: TeamState, input: Input, now: number, ids: IdSource): Decision {
  const draft = taken(team, input, now, ids);
  try {
    limitReturned(draft);
    leaveEmptyLines(draft);
    dispatchQueues(draft);
  } catch (error) {
    const callId = error instanceof OfferFailed ? error.callId : null;
    const decision = taken(team, input, now, ids).decision({ dispatched: false });
    return { ...decision, notOffered: { callId, error } };
  }
  return draft.decision();
}

function taken(team: TeamState, input: Input, now: number, ids: IdSource): Draft {
  const draft = new Draft(team, now, ids);
  if (isCommand(input)) obey(draft, input);
  else learn(draft, input);
  return draft;
}

/** Whether it ends or silences something: it is carried out also while the store is away. */
export function silences(command: Command): boolean {
  const rule: Rule<Command> = COMMANDS[command.type];
  return rule.silences?.(command) ?? false;
}

function isCommand(input: Input): input is Order {
  return Object.hasOwn(COMMANDS, input.type);
}

const COMMANDS: Commands<Command['type']> = {
  ...agentCommands,
  ...callCommands,
  ...partyCommands,
  ...supervisionCommands,
};

function obey(draft: Draft, command: Order): void {
  const { agentId, actor } = command;
  const { config } = draft.team;
  const agent = draft.agent(agentId);
  if (!mayWork(draft.team, agent)) {
    throw new DomainError('not-found', 'The agent does not work here any more.');
  }
  const rule: Rule<Command> = COMMANDS[command.type];
  if (actor && !may(actor, rule.right, { kind: 'agent', id: agentId }, config)) {
    throw new DomainError('forbidden', "This is the agent's own.", { right: rule.right });
  }
  if (agent.locked && rule.locked === 'refused') throw new DomainError('locked', 'The desk is locked.');
  rule.run(draft, command);
}

function learn(draft: Draft, fact: Fact): void {
  switch (fact.type) {
    case 'CallArrived':
      return callArrived(draft, fact);
    case 'LegRang':
      return legRang(draft, fact);
    case 'LegAnswered':
      return legAnswered(draft, fact.legId);
    case 'KeyPressed':
      return keyPressed(draft, fact.legId);
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
    case 'PlanFailed':
      return planFailed(draft, fact);
    case 'LegUp':
    case 'PlanReached':
      return confirm(draft, fact);
    case 'EndpointOnline':
      draft.apply({ type: 'endpoint-came-online', endpointId: fact.endpointId, link: fact.link });
      return followDevice(draft, fact.endpointId);
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
    case 'PageGone':
      return pageChanged(draft, fact);
    case 'PageFellSilent':
      pageChanged(draft, fact);
      return leaveSilentPage(draft, fact.agentId);
    case 'SetUpChanged':
      return setUpChanged(draft, fact);
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
    case 'PlanReached':
      return planReached(draft, callId, fact.version);
    default:
      return fact satisfies never;
  }
}
