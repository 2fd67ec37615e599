import type { CallView, Party } from '../../server/contract/desk.ts';
import { CallTransferredEvent } from '../events/call-transferred.ts';
import { ConsultEndedEvent } from '../events/consult-ended.ts';
import { ConsultStartedEvent } from '../events/consult-started.ts';
import { PartyJoinedEvent } from '../events/party-joined.ts';
import { PartyLeftEvent } from '../events/party-left.ts';
import { askedAside, passedTo } from '../live/call-parties.ts';
import type { Stamp } from './stamp.ts';

/** What is to be told of a call's parties: who is asked aside, who came, who left, to whom it was passed on. */
export function partyNews(before: CallView | undefined, call: CallView, stamp: Stamp): Event[] {
  const detail = (kind: string, party: Party) => ({
    ...stamp(`${call.id}/${kind}/${party.id}/${party.since}`),
    call,
    party,
  });
  const events: Event[] = [];
  /** Of who is asked now: after what ended before. */
  const begun: Event[] = [];
  const asked = before === undefined ? undefined : askedAside(before);
  const asks = askedAside(call);
  if (asks !== undefined && asks.id !== asked?.id) {
    begun.push(new ConsultStartedEvent(detail('consult-started', asks)));
  }
  for (const [was, is] of before === undefined ? [] : pairs(before, call)) {
    if (!isIn(was) && isIn(is)) {
      const told = is.id === asks?.id ? begun : events;
      told.push(new PartyJoinedEvent(detail('party-joined', is)));
    }
    if (was !== undefined && isIn(was) && !isIn(is) && call.phase !== 'ended') {
      const party = is ?? was;
      events.push(new PartyLeftEvent({ ...detail('party-left', party), cause: party.cause }));
    }
  }
  const handedOver = call.phase === 'ended' && before?.phase !== 'ended' && call.cause === 'handed-over';
  if (asked !== undefined && asked.id !== asks?.id) {
    const is = call.parties.find(({ id }) => id === asked.id);
    const party = is ?? asked;
    const gone = party.state === 'gone';
    const over = is === undefined || gone || call.phase === 'ended';
    const goesOn = call.phase !== 'ended' && call.asking !== null;
    const outcome = handedOver ? 'transfer' : goesOn ? 'next' : over ? 'over' : 'conference';
    events.push(
      new ConsultEndedEvent({ ...detail('consult-ended', party), outcome, cause: gone ? party.cause : null }),
    );
  }
  events.push(...begun);
  if (handedOver) {
    const at = `${call.id}/transferred/${call.endedAt ?? call.since}`;
    events.push(new CallTransferredEvent({ ...stamp(at), call, to: passedTo(before, call) ?? null }));
  }
  return events;
}

/** The others, as they were and as they are, while this agent is in the call. */
function pairs(before: CallView, call: CallView): [Party | undefined, Party | undefined][] {
  if (before.phase !== 'talking' && before.phase !== 'held') return [];
  const ids = new Set([...before.parties, ...call.parties].flatMap(({ id, self }) => (self ? [] : [id])));
  const of = ({ parties }: CallView, id: string): Party | undefined =>
    parties.find((party) => party.id === id);
  return [...ids].map((id) => [of(before, id), of(call, id)]);
}

function isIn(party: Party | undefined): party is Party {
  return party?.state === 'talking' || party?.state === 'held';
}
