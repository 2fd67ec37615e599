/** What one topic was told last, as JSON texts: what is different now follows from comparing. */
export abstract class Told {
  readonly #changed: () => void;
  #isOpen = true;
  /** Called when it is closed. */
  onClose: () => void = () => undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Something of it may be different: whoever tells asks for the patch, now or after a while. */
  changed(): void {
    if (this.#isOpen) this.#changed();
  }

  /** Everything may be different. */
  abstract touchAll(): void;
  /** What is different from what was told last; null: nothing. */
  abstract patch(): string | null;
  /** Everything as it was told last. */
  abstract snapshot(): string;

  close(): void {
    this.#isOpen = false;
    this.onClose();
  }
}
