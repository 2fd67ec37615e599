import type { EndpointId } from '../../core/kernel/ids.ts';
import type { Clock } from '../../core/kernel/clock.ts';
import type { IdSource } from '../../core/kernel/id-source.ts';
import type { SwitchEvent } from '../../core/ports/switch.ts';
import type { SwitchLog } from '../embedded/sip/switch-log.ts';
import { Adoption } from './adoption.ts';
import { AriLink } from './ari-link.ts';
import type { AriEvent } from './ari-types.ts';
import { Arrivals, type NodeDoor } from './arrivals.ts';
import { type AsteriskConfig, UNPLACED_MS } from './asterisk-config.ts';
import type { AsteriskLeg } from './asterisk-leg.ts';
import type { AudioFiles } from './audio-files.ts';
import { Calls } from './calls.ts';
import { EndpointBook } from './endpoint-book.ts';
import { HandOver } from './hand-over.ts';
import { LegRegistry } from './leg-registry.ts';
import { inTurn } from './leg-turns.ts';
import { LegWatch } from './leg-watch.ts';
import { Playbacks } from './playbacks.ts';
import { Positions } from './positions.ts';
import { Recordings } from './recordings.ts';
import { Rescan } from './rescan.ts';
import { Rooms } from './rooms.ts';
import { ToolChannels } from './tool-channels.ts';
import { Transfers } from './transfers.ts';
import { TrunkWatch } from './trunk-watch.ts';

export interface SwitchPartsGiven {
  readonly config: AsteriskConfig;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: SwitchLog;
  /** Asked before the application is taken; rejects when it is another server's. */
  readonly permit: () => Promise<void>;
  readonly files: AudioFiles;
  /** Of a switch of several nodes: who may call from one to the other. */
  readonly door: NodeDoor | undefined;
  readonly emit: (event: SwitchEvent) => void;
  /** What is there has been compared: calls can be taken. */
  readonly onReady: () => void;
  readonly onDown: (reason: string) => void;
}

/** What an `AsteriskSwitch` is made of, each part with those that it needs, and what becomes of legs that are lost. */
export class SwitchParts {
  readonly #log: SwitchLog;
  readonly link: AriLink;
  readonly legs: LegRegistry;
  readonly tools: ToolChannels;
  readonly endpoints: EndpointBook;
  readonly positions: Positions;
  readonly playbacks: Playbacks;
  readonly recordings: Recordings;
  readonly watch: LegWatch;
  readonly rooms: Rooms;
  readonly handOver: HandOver;
  readonly trunk: TrunkWatch;
  readonly rescan: Rescan;
  readonly calls: Calls;
  readonly transfers: Transfers;
  readonly arrivals: Arrivals;
  readonly files: AudioFiles;

  constructor({ config, clock, ids, log, permit, files, door, emit, onReady, onDown }: SwitchPartsGiven) {
    this.#log = log;
    this.link = new AriLink(config, clock, log, {
      onEvent: (event) => this.#take(event),
      onUp: (info) => this.rescan.run(info),
      onReady,
      onDown,
      onGivenUp: () => this.#giveUp(),
      permit,
    });
    const { client } = this.link;
    this.legs = new LegRegistry(emit, (leg) => this.#onGone(leg));
    this.tools = new ToolChannels(this.link, clock, ids, config.application);
    this.files = files;
    this.positions = new Positions({
      client,
      legs: this.legs,
      tools: this.tools,
      application: config.application,
      log,
    });
    this.playbacks = new Playbacks({
      client,
      clock,
      log,
      emit,
      files: this.files,
      tools: this.tools,
      onLegQuiet: (leg) => void inTurn(log, leg, 'music after sound', () => this.positions.resound(leg)),
    });
    const adoption = new Adoption(client, config.application, log);
    this.rooms = new Rooms({
      link: this.link,
      log,
      legs: this.legs,
      positions: this.positions,
      adoption,
      application: config.application,
      playbacks: this.playbacks,
    });
    this.recordings = new Recordings({ client, tools: this.tools, clock, log, emit });
    this.watch = new LegWatch({
      client,
      clock,
      log,
      emit,
      // A desk phone may suppress silence.
      sendsAlways: (leg) => leg.endpointId !== null && this.endpoints.device(leg.endpointId) === 'browser',
      onLost: (leg, cause) => this.#lose(leg, cause),
    });
    this.endpoints = new EndpointBook({
      config,
      link: this.link,
      clock,
      log,
      emit,
      onOnline: (endpointId, fresh) => this.#onOnline(endpointId, fresh),
      onLinkLost: (endpointId) => {
        for (const leg of this.legs.ofEndpoint(endpointId)) this.watch.suspect(leg);
      },
    });
    this.arrivals = new Arrivals({
      application: config.application,
      link: this.link,
      ids,
      log,
      legs: this.legs,
      tools: this.tools,
      endpoints: this.endpoints,
      emit,
      door,
    });
    this.calls = new Calls({
      config,
      link: this.link,
      clock,
      log,
      legs: this.legs,
      tools: this.tools,
      endpoints: this.endpoints,
      emit,
      onAnswered: (leg) => {
        this.watch.measure(leg);
        void inTurn(log, leg, 'noting whose a leg is', async () => {
          if (!leg.gone) await adoption.note(leg);
        });
        leg.stopTimer = clock.after(UNPLACED_MS, () => this.rooms.settle(leg));
      },
    });
    this.handOver = new HandOver({
      config,
      client,
      legs: this.legs,
      endpoints: this.endpoints,
      positions: this.positions,
      playbacks: this.playbacks,
      recordings: this.recordings,
      adoption,
    });
    this.transfers = new Transfers({ client, legs: this.legs, log, emit });
    this.trunk = new TrunkWatch({ client, trunk: config.trunk, clock, log });
    this.rescan = new Rescan({
      log,
      legs: this.legs,
      calls: this.calls,
      arrivals: this.arrivals,
      rooms: this.rooms,
      playbacks: this.playbacks,
      recordings: this.recordings,
      endpoints: this.endpoints,
      watch: this.watch,
      positions: this.positions,
      tools: this.tools,
      trunk: this.trunk,
      adoption,
    });
  }

  #take(event: AriEvent): void {
    if (this.tools.take(event)) return;
    this.endpoints.take(event);
    this.trunk.take(event);
    this.arrivals.take(event);
    this.calls.take(event);
    this.transfers.take(event);
    this.rooms.take(event);
    this.playbacks.take(event);
    this.recordings.take(event);
  }

  /** Nobody is to sit in a call that is dead. What lives on against all signs is put away when Asterisk is back. */
  #giveUp(): void {
    this.rooms.allGone();
    for (const leg of this.legs.all()) this.legs.lost(leg, 'switch-failure');
    this.playbacks.allGone();
  }

  #onOnline(endpointId: EndpointId, fresh: boolean): void {
    // A page that was reloaded knows nothing of its calls; one whose socket was replaced goes on talking.
    for (const leg of this.legs.ofEndpoint(endpointId)) {
      if (!fresh) this.watch.trust(leg);
      else if (this.endpoints.device(endpointId) === 'browser' && !leg.gone)
        this.#lose(leg, 'signalling-lost');
    }
  }

  #lose(leg: AsteriskLeg, cause: 'media-lost' | 'signalling-lost'): void {
    this.calls.lose(leg, cause).catch((error: unknown) => {
      this.#log.warn({ err: error, legId: leg.id }, 'the channel of a lost leg could not be ended');
    });
  }

  /** What was made for legs that have been hung up and whose channels have not said so yet. */
  async putGoneAway(): Promise<void> {
    const gone = this.legs.all().filter((leg) => leg.gone);
    await Promise.all(gone.map((leg) => this.#putAway(leg)));
  }

  #putAway(leg: AsteriskLeg): Promise<void> {
    return inTurn(this.#log, leg, 'putting a leg away', () => this.positions.forget(leg));
  }

  #onGone(leg: AsteriskLeg): void {
    this.watch.forget(leg);
    this.playbacks.legGone(leg);
    void this.#putAway(leg);
    this.rooms.coachesFollow(leg.id);
  }
}
