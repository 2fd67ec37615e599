// The rules of RFC 3261 §25.1 that a phone reads, as JsSIP's parser wants them. JsSIP's own grammar is generated code of
// three hundred kilobytes, a fifth of all that a bar in a call loads, most of it for headers that nobody sends; the build puts
// this in its place, and a test holds both against each other.

type Parameters = Record<string, string | undefined>;

/** The classes of JsSIP that its parser answers with. */
export interface SipClasses {
  URI: new (
    scheme: string,
    user: string | undefined,
    host: string,
    port?: number,
    parameters?: Parameters,
    headers?: Record<string, string[]>,
  ) => object;
  NameAddrHeader: new (uri: object, displayName: string | undefined, parameters?: Parameters) => object;
}

export interface SipGrammar {
  /** What JsSIP's parser gives for the rule, or -1 when the text is not one. */
  parse(text: string, rule: string): unknown;
}

const TOKEN = /[A-Za-z0-9\-.!%*_+`'~]+/y;
const QUOTED = /"((?:[^"\\]|\\[^\r\n])*)"/y;
const CALL_ID = /[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]+(?:@[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]+)?/y;
const SPACE = /[ \t\r\n]*/y;
const USER_INFO =
  /((?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+(?::(?:[A-Za-z0-9\-_.!~*'()&=+$,]|%[0-9A-Fa-f]{2})*)?)@/y;
const NAME = /[A-Za-z0-9\-_.!~*'()[\]/:&+$%]+/y;
const HEADER = /([A-Za-z0-9\-_.!~*'()[\]/?:+$%]+)=([A-Za-z0-9\-_.!~*'()[\]/?:+$%]*)/y;
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`${OCTET}(?:\\.${OCTET}){3}(?![A-Za-z0-9_-]|\\.[A-Za-z0-9])`, 'y');
const IPV6 = /\[[0-9A-Fa-f:.]+\]/y;
/** The last label begins with a letter, so that it is no address. */
const DOMAIN = /(?:[A-Za-z0-9][A-Za-z0-9_-]*\.)*[A-Za-z][A-Za-z0-9_-]*\.?/y;

class Mismatch extends Error {}

/** Reads one text from left to right. */
class Reader {
  at = 0;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }

  need(pattern: RegExp): RegExpExecArray {
    const match = this.take(pattern);
    if (match === null) throw new Mismatch();
    return match;
  }

  /** The character, with white space around it (SEMI, EQUAL, COMMA, SLASH). */
  separator(character: string): boolean {
    const before = this.at;
    this.take(SPACE);
    if (this.text[this.at] === character) {
      this.at += 1;
      this.take(SPACE);
      return true;
    }
    this.at = before;
    return false;
  }

  end(): void {
    if (this.at !== this.text.length) throw new Mismatch();
  }
}

function hostOf(reader: Reader): { host_type: string; host: string } {
  const v4 = reader.take(IPV4);
  if (v4 !== null) return { host_type: 'IPv4', host: v4[0] };
  const v6 = reader.take(IPV6);
  if (v6 !== null) return { host_type: 'IPv6', host: v6[0] };
  return { host_type: 'domain', host: reader.need(DOMAIN)[0].toLowerCase() };
}

function portOf(reader: Reader): number | undefined {
  const port = reader.take(/:(\d{1,5})/y)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** *( ; name [ = value ] ) with a quoted value kept as it is written. */
function genericParameters(reader: Reader): Parameters {
  const parameters: Parameters = {};
  while (reader.separator(';')) {
    const name = reader.need(TOKEN)[0].toLowerCase();
    parameters[name] = undefined;
    if (!reader.separator('=')) continue;
    const quoted = reader.take(QUOTED) ?? reader.take(TOKEN) ?? reader.need(IPV6);
    parameters[name] = quoted[0];
  }
  return parameters;
}

function quotedText(raw: string): string {
  return raw.replace(/\\(.)/g, '$1');
}

function uriOf(reader: Reader, { URI }: SipClasses, bare = false): object {
  const scheme = reader.need(/sips?(?=:)/iy)[0].toLowerCase();
  reader.need(/:/y);
  const user = reader.take(USER_INFO)?.[1];
  const { host } = hostOf(reader);
  const port = portOf(reader);
  const decoded = user === undefined ? undefined : decodeURIComponent(user);
  // Without angle brackets parameters belong to the header (RFC 3261 §20.10).
  if (bare) return new URI(scheme, decoded, host, port);
  const parameters: Parameters = {};
  while (reader.take(/;/y) !== null) {
    const name = reader.need(NAME)[0].toLowerCase();
    const value = reader.take(/=/y) === null ? undefined : reader.need(NAME)[0];
    parameters[name] = name === 'transport' || name === 'user' ? value?.toLowerCase() : value;
  }
  const headers: Record<string, string[]> = {};
  if (reader.take(/\?/y) !== null) {
    do {
      const [, name = '', value = ''] = reader.need(HEADER);
      (headers[name.toLowerCase()] ??= []).push(value);
    } while (reader.take(/&/y) !== null);
  }
  return new URI(scheme, decoded, host, port, parameters, headers);
}

/** [ display-name ] < uri > params, or a bare uri and params. */
function nameAddress(reader: Reader, classes: SipClasses, bareAllowed: boolean): object {
  const start = reader.at;
  reader.take(SPACE);
  const quoted = reader.take(QUOTED)?.[1];
  const words =
    quoted === undefined ? reader.take(/[A-Za-z0-9\-.!%*_+`'~ \t]+(?=<)/y)?.[0].trim() : undefined;
  reader.take(SPACE);
  if (reader.take(/</y) === null) {
    if (!bareAllowed || quoted !== undefined) throw new Mismatch();
    reader.at = start;
    const uri = uriOf(reader, classes, true);
    return new classes.NameAddrHeader(uri, undefined, genericParameters(reader));
  }
  const uri = uriOf(reader, classes);
  reader.need(/>/y);
  const name = quoted === undefined ? words || undefined : quotedText(quoted);
  return new classes.NameAddrHeader(uri, name, genericParameters(reader));
}

/** JsSIP cuts the text of each out of the header with `possition` (its spelling) and `offset`. */
function addresses(reader: Reader, classes: SipClasses, bareAllowed: boolean): object[] {
  const found: object[] = [];
  do {
    const offset = reader.at;
    const parsed = nameAddress(reader, classes, bareAllowed);
    found.push({ possition: reader.at, offset, parsed });
  } while (reader.separator(','));
  return found;
}

function startLine(reader: Reader, classes: SipClasses): object {
  const [, status, reason] = reader.take(/SIP\/\d+\.\d+ (\d{3}) ([^\r\n]*)/iy) ?? [];
  if (status !== undefined) {
    const [version] = /^SIP\/\d+\.\d+/i.exec(reader.text) ?? [''];
    return { sip_version: version.toUpperCase(), status_code: Number(status), reason_phrase: reason };
  }
  const method = reader.need(TOKEN)[0];
  reader.need(/ /y);
  // A request for another scheme is refused by JsSIP itself (416), so it is read and not understood.
  const other = reader.take(/(?!sips?:)[A-Za-z][A-Za-z0-9+.-]*:[^ ]+/iy);
  const uri = other === null ? uriOf(reader, classes) : undefined;
  const version = reader.need(/ (SIP\/\d+\.\d+)/iy)[1]?.toUpperCase();
  return { method, ...(uri === undefined ? {} : { uri }), sip_version: version };
}

function viaOf(reader: Reader): object {
  const protocol = reader.need(TOKEN)[0].toUpperCase();
  if (!reader.separator('/')) throw new Mismatch();
  reader.need(TOKEN);
  if (!reader.separator('/')) throw new Mismatch();
  const transport = reader.need(TOKEN)[0].toUpperCase();
  reader.need(/[ \t\r\n]+/y);
  const host = hostOf(reader);
  const port = portOf(reader);
  const { branch, received, rport, ttl, maddr, ...params } = genericParameters(reader);
  return {
    protocol,
    transport,
    ...host,
    ...(port === undefined ? {} : { port }),
    ...(branch === undefined ? {} : { branch }),
    ...(received === undefined ? {} : { received }),
    ...(rport === undefined ? {} : { rport: Number(rport) }),
    ...(ttl === undefined ? {} : { ttl: Number(ttl) }),
    ...(maddr === undefined ? {} : { maddr }),
    ...(Object.keys(params).length === 0 ? {} : { params }),
  };
}

/** RFC 3261 §20.44; of several challenges JsSIP reads one per header. */
function challenge(reader: Reader): object {
  const found: Record<string, unknown> = {};
  const scheme = reader.need(TOKEN)[0].toLowerCase();
  reader.take(SPACE);
  do {
    const name = reader.need(TOKEN)[0].toLowerCase();
    if (!reader.separator('=')) throw new Mismatch();
    const quoted = reader.take(QUOTED)?.[1];
    const value = quoted === undefined ? reader.need(TOKEN)[0] : quotedText(quoted);
    if (name === 'realm' || name === 'nonce' || name === 'opaque') found[name] = value;
    else if (name === 'qop') found[name] = value.toLowerCase().split(/[ ,]+/);
    else if (name === 'algorithm') found[name] = value.toUpperCase();
    else if (name === 'stale') found[name] = value.toLowerCase() === 'true';
  } while (reader.separator(','));
  // Another scheme is read, so that the message is sound, and cannot be answered.
  return scheme === 'digest' ? found : {};
}

function sessionExpires(reader: Reader): object {
  const expires = Number(reader.need(/\d+/y)[0]);
  const { refresher, ...params } = genericParameters(reader);
  return {
    expires,
    ...(refresher === undefined ? {} : { refresher: refresher.toLowerCase() }),
    ...(Object.keys(params).length === 0 ? {} : { params }),
  };
}

function replaces(reader: Reader): object {
  const callId = reader.need(CALL_ID)[0];
  const { 'from-tag': from_tag, 'to-tag': to_tag } = genericParameters(reader);
  return { call_id: callId, from_tag, to_tag };
}

function eventOf(reader: Reader): object {
  const event = reader.need(TOKEN)[0].toLowerCase();
  const params = genericParameters(reader);
  return { event, ...(Object.keys(params).length === 0 ? {} : { params }) };
}

function wholeNumber(reader: Reader): number {
  return Number(reader.need(/\d+/y)[0]);
}

function whole(pattern: RegExp): (reader: Reader) => string {
  return (reader) => reader.need(pattern)[0];
}

/** By the names that JsSIP gives the rules: headers in capitals with underscores. */
const RULES: Readonly<Record<string, (reader: Reader, classes: SipClasses) => unknown>> = {
  Request_Response: startLine,
  Via: viaOf,
  From: (reader, classes) => nameAddress(reader, classes, true),
  To: (reader, classes) => nameAddress(reader, classes, true),
  Refer_To: (reader, classes) => nameAddress(reader, classes, true),
  Name_Addr_Header: (reader, classes) => nameAddress(reader, classes, false),
  Contact: (reader, classes) => addresses(reader, classes, true),
  Record_Route: (reader, classes) => addresses(reader, classes, false),
  Call_ID: whole(CALL_ID),
  Content_Length: wholeNumber,
  Content_Type: whole(/[A-Za-z0-9\-.!%*_+`'~]+\/[A-Za-z0-9\-.!%*_+`'~]+(?:\s*;[^\r\n]*)?/y),
  Max_Forwards: wholeNumber,
  CSeq: (reader) => {
    const [, value, method] = reader.need(/(\d{1,10})[ \t\r\n]+([A-Za-z0-9\-.!%*_+`'~]+)/y);
    return { value: Number(value), method };
  },
  WWW_Authenticate: challenge,
  Proxy_Authenticate: challenge,
  Session_Expires: sessionExpires,
  Replaces: replaces,
  Event: eventOf,
  SIP_URI: (reader, classes) => uriOf(reader, classes),
  host: hostOf,
  quoted_string: (reader) => {
    reader.need(QUOTED);
    return {};
  },
  uuid: whole(/[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/y),
};

/** `classes` is asked for when the first text is parsed: JsSIP's own modules import each other in a circle. */
export function createGrammar(classes: () => SipClasses): SipGrammar {
  return {
    parse(text, rule) {
      const parse = RULES[rule];
      if (parse === undefined) return -1;
      const reader = new Reader(text);
      try {
        const parsed = parse(reader, classes());
        reader.end();
        return parsed;
      } catch (error) {
        // URIError: percent signs that encode nothing. TypeError: JsSIP's class does not want such parts.
        if (error instanceof Mismatch || error instanceof URIError || error instanceof TypeError) return -1;
        throw error;
      }
    },
  };
}
