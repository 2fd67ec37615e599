import { ContextConsumer } from '@lit/context';
import type { ReactiveController } from 'lit';
import { deskContext } from '../live/contexts.ts';
import type { Desk } from '../live/desk.ts';
import type { ControllerHost } from './context-value.ts';

const SECOND_MS = 1000;

/** One timer for every clock on the page; it runs only while somebody looks at one. */
class SharedTick {
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Server clock minus local clock, ms. */
  #offset = 0;

  /** The next tick falls on a full second of the server's clock, so that all clocks of a room step together. */
  align(offset: number): void {
    if (offset === this.#offset) return;
    this.#offset = offset;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#schedule();
  }

  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#timer === undefined) this.#schedule();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  #schedule(): void {
    const serverNow = Date.now() + this.#offset;
    // A few ms late on purpose: a timer that fires early would show the old second for a whole second.
    const wait = SECOND_MS - (serverNow % SECOND_MS) + 5;
    this.#timer = setTimeout(() => {
      this.#schedule();
      for (const listener of [...this.#listeners]) listener();
    }, wait);
  }
}

const tick = new SharedTick();

/**
 * Redraws its element every second while `active` says so, and gives the server's time to compute clocks with.
 *
 * ```ts
 * readonly #clock = new ClockController(this);
 * render() { return html`${formatClock(this.#clock.elapsed(agent.since))}`; }
 * ```
 */
export class ClockController implements ReactiveController {
  readonly #host: ControllerHost;
  readonly #active: () => boolean;
  #desk: Desk | undefined;
  #remove: (() => void) | null = null;
  #connected = false;

  /** `active`: whether a running clock is on screen at all; asked after each update. */
  constructor(host: ControllerHost, active: () => boolean = () => true) {
    this.#host = host;
    this.#active = active;
    host.addController(this);
    new ContextConsumer(host, {
      context: deskContext,
      subscribe: true,
      callback: (desk) => (this.#desk = desk),
    });
  }

  /** Server time, ms since the epoch. */
  get now(): number {
    return Date.now() + (this.#desk?.state.clockOffsetMs ?? 0);
  }

  /** Ms since a server time; never negative. */
  elapsed(since: number): number {
    return Math.max(0, this.now - since);
  }

  /** Ms until a server time; never negative. */
  remaining(until: number): number {
    return Math.max(0, until - this.now);
  }

  hostConnected(): void {
    this.#connected = true;
    this.#run();
  }

  hostUpdated(): void {
    this.#run();
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#run();
  }

  #run(): void {
    const wanted = this.#connected && this.#active();
    if (wanted && this.#remove === null) {
      this.#remove = tick.add(() => {
        tick.align(this.#desk?.state.clockOffsetMs ?? 0);
        this.#host.requestUpdate();
      });
    } else if (!wanted && this.#remove !== null) {
      this.#remove();
      this.#remove = null;
    }
  }
}
