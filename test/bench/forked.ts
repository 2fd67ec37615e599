import { fork, type ChildProcess } from 'node:child_process';

/** A TypeScript process of a bench, and what it has said that nobody has taken yet. */
export class Forked<To extends object, From extends { type: string }> {
  readonly #process: ChildProcess;
  readonly #inbox: From[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(path: string) {
    this.#process = fork(path, [], { execArgv: ['--import', 'tsx'] });
    this.#process.on('message', (message) => {
      this.#inbox.push(message as From);
      for (const check of [...this.#waiting]) check();
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  send(message: To): void {
    this.#process.send(message);
  }

  /** Takes the oldest message of the type that fits. */
  next<Type extends From['type']>(
    type: Type,
    fits: (message: Extract<From, { type: Type }>) => boolean = () => true,
    ms = 20_000,
  ): Promise<Extract<From, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`waited ${ms} ms for ${type}`));
      }, ms);
      const check = (): void => {
        const at = this.#inbox.findIndex(
          (message) => message.type === type && fits(message as Extract<From, { type: Type }>),
        );
        if (at < 0) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        const [found] = this.#inbox.splice(at, 1);
        resolve(found as Extract<From, { type: Type }>);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Drops what nobody will ask for any more. */
  forget(type: From['type']): void {
    for (let at = this.#inbox.length - 1; at >= 0; at -= 1) {
      if (this.#inbox[at]?.type === type) this.#inbox.splice(at, 1);
    }
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
