import type { Party } from '../../server/contract/desk.ts';
import type { CallEventDetail } from './call-event-detail.ts';

/** Detail of every event about one party of a call. */
export interface PartyEventDetail extends CallEventDetail {
  party: Party;
}
