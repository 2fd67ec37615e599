/** A digit that a telephone has sent as a request instead of as sound. */
export interface InfoDigit {
  readonly digit: string;
  readonly durationMs: number;
}

const STANDARD_MS = 160;

/** Reads the body of an INFO: `Signal=5`, `Duration=160`, or the digit alone. Null when it brings none. */
export function digitOfInfo(type: string, body: string): InfoDigit | null {
  const relay = type === 'application/dtmf-relay';
  if (!relay && type !== 'application/dtmf') return null;
  const fields = fieldsOf(body);
  const written = fields.get('signal') ?? (relay ? '' : (fields.get('') ?? ''));
  if (!(relay ? /^(?:[0-9A-D*#]|1[01])$/i : /^[0-9A-D*#]$/i).test(written)) return null;
  // Some phones write * and # as 10 and 11.
  const digit = written === '10' ? '*' : written === '11' ? '#' : written.toUpperCase();
  return { digit, durationMs: Number(/^\d{1,5}/.exec(fields.get('duration') ?? '')?.[0] ?? STANDARD_MS) };
}

/** The first value of each name, in lower case; '' is the name of a line without one. */
function fieldsOf(body: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of body.split(/[\r\n]+/)) {
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    const value = line.slice(equals + 1).trim();
    if (value !== '' && !fields.has(name)) fields.set(name, value);
  }
  return fields;
}
