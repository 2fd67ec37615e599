/** Audio that is played: 8 kHz mono, one frame of 160 samples at a time. */
export interface AudioSource {
  /** Fills `out`, the tail of the last frame with silence. @returns false when nothing was left */
  read(out: Int16Array): boolean;
  /** Begins anew, for loops. */
  rewind(): void;
  /** Why it ended early, or null. */
  readonly failure: string | null;
  close(): void;
}
