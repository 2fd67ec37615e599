/** Compact forms (RFC 3261 §7.3.3 and the extensions' own documents) to the long name, lower case. */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
};

/** Spellings that capitalising each word does not give. */
const SPELLING: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'www-authenticate': 'WWW-Authenticate',
  'min-se': 'Min-SE',
  'mime-version': 'MIME-Version',
};

interface Field {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/** The long name in lower case: what header names are compared by (RFC 3261 §7.3.1, §7.3.3). */
function headerKey(name: string): string {
  const lower = name.toLowerCase();
  return COMPACT[lower] ?? lower;
}

function spelling(key: string, given: string): string {
  if (SPELLING[key]) return SPELLING[key];
  if (key.startsWith('x-')) return given;
  return key.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase());
}

/**
 * Cuts a text at `separator` where it stands outside of quoted strings and, with `brackets`, outside of `<…>`.
 * Null when a quote or bracket is left open.
 */
export function splitOutsideQuotes(text: string, separator: string, brackets = true): string[] | null {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (brackets && char === '<') inside = true;
    else if (brackets && char === '>') inside = false;
    else if (char === separator && !inside) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  if (quoted || inside) return null;
  parts.push(text.slice(start).trim());
  return parts;
}

/** The header fields of one message, in order. Names are compared without case, compact forms count as long ones. */
export class SipHeaders implements Iterable<readonly [name: string, value: string]> {
  #fields: Field[] = [];

  constructor(fields: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of fields) this.append(name, value);
  }

  get size(): number {
    return this.#fields.length;
  }

  /** First value, or undefined. */
  get(name: string): string | undefined {
    const key = headerKey(name);
    return this.#fields.find((field) => field.key === key)?.value;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The values of all fields of this name, each field uncut. */
  all(name: string): string[] {
    const key = headerKey(name);
    return this.#fields.filter((field) => field.key === key).map((field) => field.value);
  }

  /** The values of a comma-separated header over all its fields (RFC 3261 §7.3.1); a broken one is left uncut. */
  list(name: string): string[] {
    return this.all(name).flatMap((value) => splitOutsideQuotes(value, ',') ?? [value]);
  }

  /** Whether a list of tokens (Supported, Require, Allow) contains the token, without case. */
  includes(name: string, token: string): boolean {
    return this.list(name).some((value) => value.toLowerCase() === token.toLowerCase());
  }

  append(name: string, value: string): this {
    const key = headerKey(name);
    this.#fields.push({ key, name: spelling(key, name), value });
    return this;
  }

  prepend(name: string, value: string): this {
    const key = headerKey(name);
    this.#fields.unshift({ key, name: spelling(key, name), value });
    return this;
  }

  /** Replaces all fields of the name by one, at the place of the first. */
  set(name: string, value: string): this {
    const key = headerKey(name);
    const at = this.#fields.findIndex((field) => field.key === key);
    if (at < 0) return this.append(name, value);
    this.#fields[at] = { key, name: spelling(key, name), value };
    this.#fields = this.#fields.filter((field, index) => field.key !== key || index === at);
    return this;
  }

  delete(name: string): this {
    const key = headerKey(name);
    this.#fields = this.#fields.filter((field) => field.key !== key);
    return this;
  }

  clone(): SipHeaders {
    return new SipHeaders(this);
  }

  *[Symbol.iterator](): Iterator<readonly [string, string]> {
    for (const field of this.#fields) yield [field.name, field.value];
  }
}
