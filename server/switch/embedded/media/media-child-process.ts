import { fork, type ChildProcess } from 'node:child_process';
import type { LegId, PlaybackId, RecordingId, RoomId } from '../../../core/kernel/ids.ts';
import type { Clock } from '../../../core/kernel/clock.ts';
import type { PlayRequest, RecordRequest, Voice } from '../../../core/ports/switch.ts';
import type { MediaStats } from './engine.ts';
import type { FromChild, Intent, ResultOf, ToChild } from './ipc.ts';
import {
  MediaError,
  type MediaConfig,
  type MediaEngine,
  type MediaEvent,
  type MediaTransport,
} from './media-engine.ts';

/** The part of a pino logger that is used here. */
interface MediaLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface MediaChildOptions {
  config: MediaConfig;
  /** The child's entry: `dist/server/media-child.js`, or `child.ts` with `execArgv: ['--import', 'tsx']`. */
  childPath: string;
  execArgv?: string[];
  logger: MediaLogger;
  /** Has to know when this process itself was away: a watchdog that comes late proves nothing about the child. */
  clock: Clock;
}

/** A child that is silent for this long hangs. */
const HANG_MS = 5000;
const START_MS = 15_000;
const STOP_MS = 3000;
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5000;
/** A child that lived this long starts the backoff anew. */
const STABLE_MS = 30_000;

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: MediaError) => void;
}

/**
 * The media engine in a child process, so that neither a busy server nor a crash of native code interrupts the other.
 *
 * ```
 * stopped -> starting -> running -> (exit, hang) down -> starting -> running -> stopped
 * ```
 */
export class MediaChild implements MediaEngine {
  #options: MediaChildOptions;
  #clock: Clock;
  #state: 'stopped' | 'starting' | 'running' | 'down' = 'stopped';
  #child: ChildProcess | null = null;
  #listeners = new Set<(event: MediaEvent) => void>();
  #pending = new Map<number, Pending>();
  #nextId = 1;
  #cancelHang: () => void = () => undefined;
  #cancelRestart: () => void = () => undefined;
  #backoffMs = BACKOFF_FIRST_MS;
  #startedAt = 0;
  /** Between start() and stop(): a child that ends is replaced. */
  #wanted = false;

  constructor(options: MediaChildOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  /** Process id of the running child, or null. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** @throws MediaError of the child's own start (`no-ports`, `bad-source`), or `down` when it cannot be run */
  async start(): Promise<void> {
    if (this.#state !== 'stopped') throw new MediaError('wrong-state', 'the media child runs already');
    await this.#launch();
    this.#wanted = true;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#wanted = false;
    this.#state = 'stopped';
    this.#cancelHang();
    this.#cancelRestart();
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) {
      this.#rejectAll('the media child was stopped');
      return;
    }
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(STOP_MS, () => child.kill('SIGKILL'));
      child.once('exit', () => {
        cancel();
        resolve();
      });
      if (child.connected) this.#send(child, { type: 'stop' });
      else child.kill('SIGKILL');
    });
    this.#rejectAll('the media child was stopped');
  }

  subscribe(listener: (event: MediaEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  answerOffer(legId: LegId, transport: MediaTransport, offer: string, peer?: string): Promise<string> {
    return this.#request({ method: 'answerOffer', legId, transport, offer, ...from(peer) });
  }

  createOffer(legId: LegId, transport: MediaTransport, peer?: string): Promise<string> {
    return this.#request({ method: 'createOffer', legId, transport, ...from(peer) });
  }

  acceptAnswer(legId: LegId, answer: string, peer?: string): Promise<void> {
    return this.#request({ method: 'acceptAnswer', legId, answer, ...from(peer) });
  }

  answerReoffer(legId: LegId, offer: string, peer?: string): Promise<string> {
    return this.#request({ method: 'answerReoffer', legId, offer, ...from(peer) });
  }

  async closeLeg(legId: LegId): Promise<void> {
    // Without a child the leg is gone already.
    if (this.#state === 'running') await this.#request({ method: 'closeLeg', legId });
  }

  openRoom(roomId: RoomId): Promise<void> {
    return this.#request({ method: 'openRoom', roomId });
  }

  async closeRoom(roomId: RoomId): Promise<void> {
    if (this.#state === 'running') await this.#request({ method: 'closeRoom', roomId });
  }

  place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void> {
    return this.#request({ method: 'place', legId, roomId, voice });
  }

  remove(legId: LegId): Promise<void> {
    return this.#request({ method: 'remove', legId });
  }

  music(legId: LegId, on: boolean): Promise<void> {
    return this.#request({ method: 'music', legId, on });
  }

  release(legId: LegId): Promise<void> {
    return this.#request({ method: 'release', legId });
  }

  play(request: PlayRequest): Promise<void> {
    return this.#request({ method: 'play', request });
  }

  stopPlayback(playbackId: PlaybackId): Promise<void> {
    return this.#request({ method: 'stopPlayback', playbackId });
  }

  record(request: RecordRequest): Promise<void> {
    return this.#request({ method: 'record', request });
  }

  pauseRecording(recordingId: RecordingId): Promise<void> {
    return this.#request({ method: 'pauseRecording', recordingId });
  }

  resumeRecording(recordingId: RecordingId): Promise<void> {
    return this.#request({ method: 'resumeRecording', recordingId });
  }

  stopRecording(recordingId: RecordingId): Promise<void> {
    return this.#request({ method: 'stopRecording', recordingId });
  }

  sendDigits(legId: LegId, digits: string): Promise<void> {
    return this.#request({ method: 'sendDigits', legId, digits });
  }

  legs(): Promise<Array<{ legId: LegId; roomId: RoomId | null }>> {
    return this.#request({ method: 'legs' });
  }

  /** Counters for measurements. */
  stats(): Promise<MediaStats> {
    return this.#request({ method: 'stats' });
  }

  #launch(): Promise<void> {
    const { childPath, execArgv, config, logger } = this.#options;
    this.#state = 'starting';
    return new Promise((resolve, reject) => {
      const child = fork(childPath, [], {
        execArgv: execArgv ?? [],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      this.#child = child;
      const cancelStart = this.#clock.after(START_MS, () => child.kill('SIGKILL'));
      let settled = false;
      const settle = (failure: MediaError | null): void => {
        if (settled) return;
        settled = true;
        cancelStart();
        if (failure === null) resolve();
        else reject(failure);
      };
      child.on('message', (message) => {
        if (child !== this.#child) return;
        this.#handle(message as FromChild, settle);
      });
      child.once('error', (error) => {
        settle(new MediaError('down', 'the media child cannot be run', { cause: error }));
      });
      child.once('exit', (code, signal) => {
        if (child === this.#child) this.#exited(signal ?? `code ${code}`);
        settle(new MediaError('down', `the media child ended with ${signal ?? `code ${code}`}`));
      });
      logger.info({ childPid: child.pid }, 'media child forked');
      this.#send(child, { type: 'start', config });
    });
  }

  #handle(message: FromChild, settle: (failure: MediaError | null) => void): void {
    switch (message.type) {
      case 'started':
        this.#state = 'running';
        this.#startedAt = this.#clock.now();
        this.#watch();
        settle(null);
        return;
      case 'failed': {
        const child = this.#child;
        this.#child = null;
        this.#state = 'stopped';
        child?.kill('SIGKILL');
        settle(new MediaError(message.code, message.message));
        return;
      }
      case 'reply':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'refusal':
        this.#take(message.id)?.reject(new MediaError(message.code, message.message));
        return;
      case 'event':
        this.#emit(message.event);
        return;
      case 'heartbeat':
        if (this.#state === 'running') this.#watch();
        return;
      default:
        message satisfies never;
    }
  }

  #watch(): void {
    this.#cancelHang();
    this.#cancelHang = this.#clock.after(HANG_MS, () => {
      this.#options.logger.error({ childPid: this.#child?.pid }, 'media child hangs and is killed');
      this.#child?.kill('SIGKILL');
    });
  }

  #exited(how: string): void {
    this.#cancelHang();
    this.#child = null;
    const wasRunning = this.#state === 'running';
    this.#rejectAll(`the media child ended with ${how}`);
    if (this.#state === 'stopped' || !wasRunning) {
      // A failed first start is told by its promise, a failed restart is tried again by `#restart`.
      if (this.#state === 'starting') this.#state = 'stopped';
      return;
    }
    this.#state = 'down';
    this.#options.logger.error({ how }, 'media child ended; its legs are gone');
    if (this.#clock.now() - this.#startedAt > STABLE_MS) this.#backoffMs = BACKOFF_FIRST_MS;
    this.#emit({ type: 'down', reason: `the media child ended with ${how}` });
    this.#restart();
  }

  #restart(): void {
    const delay = this.#backoffMs;
    this.#backoffMs = Math.min(BACKOFF_MAX_MS, delay * 2);
    this.#cancelRestart = this.#clock.after(delay, () => {
      this.#options.logger.warn({ delay }, 'media child is started again');
      this.#launch().then(
        () => {
          if (this.#wanted) this.#emit({ type: 'up' });
        },
        (error: unknown) => {
          if (!this.#wanted) return;
          this.#options.logger.error({ err: error }, 'media child did not start');
          this.#state = 'down';
          this.#restart();
        },
      );
    });
  }

  #request<Method extends Intent['method']>(
    intent: Extract<Intent, { method: Method }>,
  ): Promise<ResultOf<Method>> {
    const child = this.#child;
    if (this.#state !== 'running' || child === null) {
      return Promise.reject(new MediaError('down', 'the media child is not running'));
    }
    const id = this.#nextId++;
    return new Promise<ResultOf<Method>>((resolve, reject) => {
      // The reply's type belongs to the method of this request: the child answers by the same table.
      this.#pending.set(id, { resolve: (value) => resolve(value as ResultOf<Method>), reject });
      this.#send(child, { type: 'request', id, intent });
    });
  }

  #send(child: ChildProcess, message: ToChild): void {
    child.send(message, (error) => {
      if (error !== null && this.#child === child) {
        this.#options.logger.warn({ err: error }, 'message to the media child was not sent');
      }
    });
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #rejectAll(reason: string): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(new MediaError('down', reason));
  }

  #emit(event: MediaEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function from(peer: string | undefined): { peer?: string } {
  return peer === undefined ? {} : { peer };
}
