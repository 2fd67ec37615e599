/** A running clock: `4:07`, `12:30`, `1:02:09`. Digits only, so that it reads the same in every language. */
export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const s = String(seconds % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  if (hours === 0) return `${String(minutes).padStart(2, '0')}:${s}`;
  return `${hours}:${String(minutes).padStart(2, '0')}:${s}`;
}

/** The same as an ISO 8601 duration, for `<time datetime>`. */
export function isoDuration(ms: number): string {
  return `PT${Math.floor(ms / 1000)}S`;
}
