const FLASH_MS = 1000;

/** Flashes the page's title. Afterwards it is what the page wants it to be, also when it has changed meanwhile. */
export class TitleFlash {
  #timer: ReturnType<typeof setInterval> | undefined;
  /** What the page says; null: it has no title. */
  #theirs: string | null = null;
  /** What we have written, while it stands there. */
  #ours: string | null = null;

  start(text: string): void {
    this.stop();
    this.#theirs = read();
    this.#timer = setInterval(() => {
      if (read() !== this.#ours) this.#theirs = read();
      const shown = this.#ours !== null && read() === this.#ours;
      this.#ours = shown ? null : text;
      write(shown ? this.#theirs : text);
    }, FLASH_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#ours !== null && read() === this.#ours) write(this.#theirs);
    this.#ours = null;
  }
}

/** As it is written: `document.title` leaves out blanks. */
function read(): string | null {
  return element()?.textContent ?? null;
}

function write(text: string | null): void {
  const title = element();
  if (text === null) title?.remove();
  else if (title !== null) title.textContent = text;
  else document.title = text;
}

function element(): HTMLTitleElement | null {
  return document.querySelector('head > title');
}
