import { DeskController } from '../../controllers/desk-controller.ts';
import { ShellController } from '../../controllers/shell-controller.ts';
import type { ControllerHost } from '../../controllers/context-value.ts';
import { localizer } from '../../i18n/localizer.ts';
import type { DeskState } from '../../live/desk.ts';
import { newsOf } from './call-news.ts';

/** How long a notice stays, ms; errors must be read. */
const STAY_MS = { info: 4000, success: 4000, warning: 8000, error: null } as const;

/** Turns changes of the desk into notices and announcements, and lets notices go after their time. */
export class NewsController {
  readonly #host: ControllerHost;
  readonly #desk: DeskController;
  readonly #shell: ShellController;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #before: DeskState | undefined;
  #polite = '';
  #urgent = '';

  constructor(host: ControllerHost) {
    this.#host = host;
    this.#desk = new DeskController(host);
    this.#shell = new ShellController(host);
    host.addController(this);
  }

  /** The last sentence for the polite live region. */
  get polite(): string {
    return this.#polite;
  }

  /** The last sentence for the assertive live region. */
  get urgent(): string {
    return this.#urgent;
  }

  hostUpdate(): void {
    const after = this.#desk.value;
    const before = this.#before;
    this.#before = after;
    this.#clean();
    if (before === undefined || after === undefined || before === after) return;
    const news = newsOf(localizer, before, after, this.#shell.value?.contacts);
    for (const { text, urgent } of news.spoken) {
      if (urgent) this.#urgent = text;
      else this.#polite = text;
    }
    if (news.notices.length === 0) return;
    // Not inside the update that draws them.
    queueMicrotask(() => {
      for (const { text, kind, topic } of news.notices) this.#shell.shell?.notify(text, kind, topic);
    });
  }

  hostDisconnected(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** One timer per notice that is shown. */
  #clean(): void {
    const shown = this.#shell.value?.notices ?? [];
    for (const { id, kind } of shown) {
      const stay = STAY_MS[kind];
      if (stay === null || this.#timers.has(id) || !this.#host.isConnected) continue;
      this.#timers.set(
        id,
        setTimeout(() => this.#shell.shell?.dismissNotice(id), stay),
      );
    }
    for (const [id, timer] of this.#timers) {
      if (shown.some((notice) => notice.id === id)) continue;
      clearTimeout(timer);
      this.#timers.delete(id);
    }
  }
}
