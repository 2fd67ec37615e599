import type { AgentId, LegId, PartyId, PlaybackId } from '../kernel/ids.ts';
import type { PartyPlace } from '../../vocabulary/party-places.ts';
import type { MonitorMode } from '../../vocabulary/monitor-modes.ts';
import type { PartyRole } from '../../vocabulary/party-roles.ts';
import type { CallCause } from '../../vocabulary/causes.ts';

/**
 * Somebody in a call, over all the legs that this takes: an agent whose page is reloaded is called anew and stays the same party.
 *
 * ```
 *  main     the conversation itself: the customer, who answered, and everybody who was brought in
 *  consult  a talk aside, which those in `main` do not hear: who asked for it, and whom
 *  apart    neither: nothing is heard, and nobody hears; of a leader who listens: wherever the agent is
 * ```
 */
export interface Party {
  readonly id: PartyId;
  readonly role: PartyRole;
  readonly agentId: AgentId | null;
  readonly place: Place;
  readonly since: number;
  /** Whose call for it brought it in; null: it was there from the beginning, or the queue has found it. */
  readonly broughtBy: AgentId | null;
  /** Whom it is with hears music since then; null: it does not hold. */
  readonly heldSince: number | null;
  /** To hold or to take back, while the switch has not confirmed it. */
  readonly holdWish: { readonly on: boolean; readonly asked: Asked } | null;
  /** Its leg was lost, and its device is waited for; null: it is here. */
  readonly away: Away | null;
  /** It is being called; null: it has answered, or was the one to call. */
  readonly called: Called | null;
  /** Who gets the call back when it does not answer; null: nobody. */
  readonly returnsTo: AgentId | null;
  /** Of a leader who listens to an agent; absent: of everybody else. */
  readonly monitor?: Monitoring | null;
  /** Null: it is in the call. */
  readonly left: { readonly at: number; readonly cause: CallCause } | null;
}

export type Place = PartyPlace;

/** Whom a leader listens to, and who hears the leader. */
export interface Monitoring {
  readonly agentId: AgentId;
  readonly mode: MonitorMode;
  /** The leader takes the agent's place as soon as the leader's telephone has answered. */
  readonly takesOver?: true;
  /** That tells the agent of it while the leader only listens; null or absent: none does. */
  readonly tone?: PlaybackId | null;
  /** Of putting the leader's leg to where the agent is; absent or null: it is there. */
  readonly asked?: Asked | null;
}

export interface Called {
  readonly until: number;
  /** The tone that is played meanwhile to whoever calls it. */
  readonly ringback: PlaybackId | null;
  /** It is heard while it rings: the network's own tones. */
  readonly early: boolean;
}

/** As what somebody is called in. */
export type CalledParty = Pick<Party, 'role' | 'place' | 'broughtBy' | 'returnsTo' | 'monitor'> &
  Pick<Called, 'until'>;

export interface Away {
  readonly since: number;
  readonly until: number;
  /** With which it is being called back. */
  readonly legId: LegId | null;
  /** Not tried again before this time, unless the device registers anew. */
  readonly nextTryAt: number;
  readonly muted: boolean;
  /** Which other agent has muted it; null or absent: nobody else. */
  readonly mutedBy?: AgentId | null;
  /** Of putting the leg back. */
  readonly asked: Asked;
}

/** The version of the call with which the switch was asked for it: when a plan of that version is reached, it is so. */
export type Asked = number;
