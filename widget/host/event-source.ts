import { stringify } from '../platform/platform.ts';
import type { AgentView, CallView } from '../../server/contract/desk.ts';
import { AgentStateEvent } from '../events/agent-state.ts';
import { CallAnsweredEvent } from '../events/call-answered.ts';
import { CallEndedEvent } from '../events/call-ended.ts';
import { CallHeldEvent } from '../events/call-held.ts';
import { CallMutedEvent } from '../events/call-muted.ts';
import { CallOfferedEvent } from '../events/call-offered.ts';
import { CallResumedEvent } from '../events/call-resumed.ts';
import { CallRingingEvent } from '../events/call-ringing.ts';
import { CommandRefusedEvent } from '../events/command-refused.ts';
import { ConnectionEvent } from '../events/connection.ts';
import { QualityEvent } from '../events/quality.ts';
import { WrapupDoneEvent } from '../events/wrapup-done.ts';
import { WrapupStartedEvent, type WrapupNotes } from '../events/wrapup-started.ts';
import type { Supervision } from '../../server/contract/supervision.ts';
import { MonitorChangedEvent } from '../events/monitor-changed.ts';
import { MonitorEndedEvent } from '../events/monitor-ended.ts';
import { MonitorStartedEvent } from '../events/monitor-started.ts';
import type { CommandName } from '../live/commands/table.ts';
import type { Desk, DeskState } from '../live/desk.ts';
import type { KeyValueStorage } from '../live/preferences.ts';
import { partyNews } from './party-news.ts';
import type { Stamp } from './stamp.ts';
import { VERSION } from './version.ts';

/** What the host page was told last. Kept over a reload, so that nothing is told twice and nothing in between is lost. */
interface Told {
  agent: AgentView;
  calls: readonly CallView[];
  /** As long as the leader's telephone is called, nothing has begun. */
  supervision: Supervision | null;
}

/**
 * Derives the DOM events from the difference between what the host page was told and what the server says now. Ids are made
 * of what happened and when, by the server's clock.
 */
export class EventSource {
  readonly #desk: Desk;
  readonly #stamp: Stamp;
  readonly #dispatch: (event: Event) => void;
  readonly #storage: KeyValueStorage | null;
  readonly #key: string;
  readonly #unsubscribe: () => void;
  #before: DeskState;
  #told: Told | null;

  /** `server` tells the memories of several servers apart. */
  constructor(
    desk: Desk,
    stamp: Stamp,
    dispatch: (event: Event) => void,
    options: { server: string; storage: KeyValueStorage | null },
  ) {
    this.#desk = desk;
    this.#stamp = stamp;
    this.#dispatch = dispatch;
    this.#storage = options.storage;
    this.#key = `telebar.told.${options.server}`;
    this.#before = desk.state;
    this.#told = this.#remembered();
    this.#unsubscribe = desk.subscribe((state) => this.#compare(state));
  }

  dispose(): void {
    this.#unsubscribe();
  }

  #compare(now: DeskState): void {
    const before = this.#before;
    this.#before = now;
    if (now.connection !== before.connection) {
      this.#dispatch(new ConnectionEvent({ ...this.#stamp(), from: before.connection, to: now.connection }));
    }
    if (now.failures !== before.failures) this.#tellFailures(before, now);
    if (now.snapshot !== null && now.snapshot !== before.snapshot) {
      const { agent, calls, supervision } = now.snapshot;
      this.#tellSnapshot({ agent, calls, supervision });
    }
    if (now.session === null && before.session !== null) this.#forget();
    if (now.quality !== null && now.quality !== before.quality) this.#tellQuality(now);
  }

  #tellFailures(before: DeskState, now: DeskState): void {
    for (const command of Object.keys(now.failures) as CommandName[]) {
      const failure = now.failures[command];
      if (failure === undefined || failure === before.failures[command]) continue;
      this.#dispatch(new CommandRefusedEvent({ ...this.#stamp(), ...failure, command }));
    }
  }

  #tellQuality({ quality, snapshot }: DeskState): void {
    const call = snapshot?.calls.find(({ phase }) => phase === 'talking' || phase === 'held');
    if (quality === null || call === undefined) return;
    this.#dispatch(new QualityEvent({ ...this.#stamp(), ...quality, callId: call.id }));
  }

  #tellSnapshot(now: Told): void {
    // Another agent's memory is no business of this one.
    const told = this.#told?.agent.id === now.agent.id ? this.#told : null;
    const supervision = this.#tellSupervision(told?.supervision ?? null, now.supervision);
    this.#told = { ...now, supervision };
    this.#remember(this.#told);
    this.#tellAgent(told?.agent ?? null, now.agent);
    for (const call of now.calls) {
      this.#tellCall(
        told?.calls.find(({ id }) => id === call.id),
        call,
      );
    }
    for (const call of told?.calls ?? []) {
      if (call.phase !== 'ended' && !now.calls.some(({ id }) => id === call.id)) this.#tellVanished(call);
    }
  }

  #tellAgent(before: AgentView | null, now: AgentView): void {
    const reason = now.pause?.reasonId ?? null;
    if (before === null || before.state !== now.state || (before.pause?.reasonId ?? null) !== reason) {
      const id = `${now.id}/${now.state}/${reason ?? ''}/${now.since}`;
      const detail = { ...this.#stamp(id), from: before?.state ?? null, to: now.state, reason };
      this.#dispatch(new AgentStateEvent(detail));
    }
    const was = before?.acw ?? null;
    const is = now.acw;
    if (was !== null && was.callId !== is?.callId) {
      const stamp = this.#stamp(`${was.callId}/wrapup-done`);
      this.#dispatch(new WrapupDoneEvent({ ...stamp, ...notedDown(was.callId, now, before) }));
    }
    if (is !== null && was?.callId !== is.callId) {
      const stamp = this.#stamp(`${is.callId}/wrapup-started`);
      this.#dispatch(new WrapupStartedEvent({ ...stamp, ...notedDown(is.callId, now), endsAt: is.endsAt }));
    }
  }

  /** What counts as told from now on. */
  #tellSupervision(before: Supervision | null, now: Supervision | null): Supervision | null {
    const isSame = before?.agent.id === now?.agent.id && before?.since === now?.since;
    const id = (kind: string, { agent, since }: Supervision) => this.#stamp(`${agent.id}/${kind}/${since}`);
    if (before !== null && !isSame) {
      this.#dispatch(new MonitorEndedEvent({ ...id('monitor-ended', before), supervision: before }));
    }
    if (now !== null && !(isSame && before !== null)) {
      if (!now.connected) return null;
      this.#dispatch(new MonitorStartedEvent({ ...id('monitor-started', now), supervision: now }));
    } else if (now !== null && before !== null && before.mode !== now.mode) {
      const { mode: from } = before;
      this.#dispatch(new MonitorChangedEvent({ ...this.#stamp(), supervision: now, from }));
    }
    return now;
  }

  /** `before` is undefined for a call that this page has never seen; it is told as if it had gone step by step. */
  #tellCall(before: CallView | undefined, call: CallView): void {
    const detail = (kind: string, at: number) => ({ ...this.#stamp(`${call.id}/${kind}/${at}`), call });
    const entered = before?.phase !== call.phase;
    // While the switch joins an answered call it is still shown as offered, with another `since`: the same offer.
    if (call.phase === 'offered' && (entered || before.legId !== call.legId)) {
      this.#dispatch(new CallOfferedEvent(detail('offered', call.since)));
    }
    if (call.phase === 'ringing' && entered)
      this.#dispatch(new CallRingingEvent(detail('ringing', call.since)));
    if (call.answeredAt !== null && (before?.answeredAt ?? null) === null) {
      this.#dispatch(new CallAnsweredEvent(detail('answered', call.answeredAt)));
    }
    if (call.phase === 'held' && entered) this.#dispatch(new CallHeldEvent(detail('held', call.since)));
    if (call.phase === 'talking' && before?.phase === 'held') {
      this.#dispatch(new CallResumedEvent(detail('resumed', call.since)));
    }
    if (call.muted !== (before?.muted ?? false)) {
      const at = this.#desk.state.clockOffsetMs + Date.now();
      this.#dispatch(new CallMutedEvent({ ...detail('muted', Math.round(at)), muted: call.muted }));
    }
    for (const event of partyNews(before, call, this.#stamp)) this.#dispatch(event);
    if (call.phase === 'ended' && before?.phase !== 'ended') this.#tellEnded(call);
  }

  /** Ended while nobody looked: after a reload, or taken away to another agent. */
  #tellVanished(call: CallView): void {
    const at = Math.round(this.#desk.state.clockOffsetMs + Date.now());
    this.#tellEnded({ ...call, phase: 'ended', since: at, endedAt: at });
  }

  #tellEnded(call: CallView): void {
    const stamp = this.#stamp(`${call.id}/ended/${call.endedAt ?? call.since}`);
    this.#dispatch(new CallEndedEvent({ ...stamp, call, endedBy: call.endedBy, cause: call.cause }));
  }

  #remembered(): Told | null {
    try {
      const kept = JSON.parse(this.#storage?.getItem(this.#key) ?? 'null') as
        (Told & { version: string }) | null;
      // Written by another version, it may have another shape.
      return kept?.version === VERSION ? kept : null;
    } catch {
      // Blocked or damaged: the page is told everything anew, as a page that has just been opened.
      return null;
    }
  }

  #remember(told: Told): void {
    try {
      this.#storage?.setItem(this.#key, stringify({ ...told, version: VERSION }));
    } catch {
      // Without storage a reload tells the present phases once more; nothing else depends on it.
    }
  }

  #forget(): void {
    this.#told = null;
    try {
      this.#storage?.removeItem(this.#key);
    } catch {
      // See `#remember`.
    }
  }
}

/** What the first of these views that knows of the call's wrap-up says of it. */
function notedDown(callId: string, ...views: (AgentView | null)[]): WrapupNotes & { callId: string } {
  const wrapUp = views.find((view) => view?.wrapUp?.callId === callId)?.wrapUp;
  return {
    callId,
    reason: wrapUp?.reasonId ?? null,
    label: wrapUp?.label ?? null,
    result: wrapUp?.result ?? null,
    notes: wrapUp?.notes ?? '',
  };
}
