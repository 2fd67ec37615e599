import type { AgentView, CallView, Party } from '../../server/contract/desk.ts';

// What one agent sees of a call with several parties.

/** Whom this agent asks aside, ringing or talking; of others who talk aside it may have called in one too, or who waits in a line. */
export function askedAside({ phase, parties }: CallView): Party | undefined {
  if (phase === 'ended') return undefined;
  const aside = parties.filter(({ place, self, state }) => place === 'consult' && !self && state !== 'gone');
  return aside.length === 1 ? aside.find(({ mayKick, asking }) => mayKick && asking === null) : undefined;
}

/** Who is in it or is being called, this agent left out. */
export function othersIn({ parties }: CallView): Party[] {
  return parties.filter(({ self, state }) => !self && state !== 'gone');
}

/** The agent's hang-up ends it for all: it is that agent's call, and several others are in it. */
export function endsForAll(call: CallView): boolean {
  const own = call.parties.find(({ self }) => self);
  return own?.role !== 'consulted' && othersIn(call).length > 1;
}

/** Several others are with this agent, and nobody is asked aside. */
export function isConference(call: CallView): boolean {
  return call.phase !== 'ended' && !asks(call) && othersIn(call).length > 1;
}

/** Who has the call now that this agent has passed on, or is called for it: who was asked, who has come for it, or the agent who is left. */
export function passedTo(before: CallView | undefined, call: CallView): Party | undefined {
  const others = othersIn(call);
  const asked = before && askedAside(before);
  const came = before && ((party: Party) => before.parties.every(({ id }) => id !== party.id));
  return (
    others.find(({ id }) => id === asked?.id) ??
    (came && others.find(came)) ??
    others.find(({ agentId }) => agentId !== null)
  );
}

/** This agent is the one who is asked aside. */
export function isAskedAside({ parties }: CallView): boolean {
  return parties.some(({ self, role, place }) => self && role === 'consulted' && place === 'consult');
}

/** This agent talks aside, or waits in a line to ask. */
export function isAside({ parties }: CallView): boolean {
  return parties.some(({ self, place }) => self && place === 'consult');
}

/** Nobody is there where this agent is: it rings, or a group's line is waited in. */
export function isAlone({ parties }: CallView): boolean {
  const own = parties.find(({ self }) => self);
  return !parties.some(
    ({ self, place, state }) => !self && place === own?.place && (state === 'talking' || state === 'held'),
  );
}

/** There is something to do with it beyond a call of two: who is asked aside, or a conference that the agent may leave. */
export function hasControls(call: CallView): boolean {
  return call.phase !== 'offered' && (asks(call) || (isConference(call) && endsForAll(call)));
}

/** Somebody is asked aside, or this agent waits in a group's line to ask. */
export function asks(call: CallView): boolean {
  return askedAside(call) !== undefined || (call.phase !== 'ended' && call.asking !== null);
}

/** Whether the call may be passed on to a number outside, as far as this agent's groups say; the server has the last word. */
export function passesOutside({ group }: CallView, { groups }: AgentView): boolean {
  const rule = group === null ? groups[0] : groups.find(({ groupId }) => groupId === group.id);
  return rule?.transferOutside ?? true;
}
