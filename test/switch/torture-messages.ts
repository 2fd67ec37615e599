/**
 * Messages in the manner of RFC 4475 (SIP torture tests), written anew from its descriptions; `section` is where each is described.
 * Lines are joined by CRLF.
 */
export interface TortureMessage {
  readonly section: string;
  readonly name: string;
  readonly text: string | Buffer;
}

const lines = (...parts: string[]): string => parts.join('\r\n');

/** A plain request with some lines exchanged or added. */
function plain(change: Record<string, string | null> = {}, extra: string[] = [], body = ''): string {
  const base: Record<string, string | null> = {
    start: 'OPTIONS sip:user@example.com SIP/2.0',
    via: 'Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKtorture',
    forwards: 'Max-Forwards: 70',
    from: 'From: <sip:caller@example.net>;tag=323',
    to: 'To: sip:user@example.com',
    callId: 'Call-ID: torture.1@example.net',
    cseq: 'CSeq: 60 OPTIONS',
    length: `Content-Length: ${Buffer.byteLength(body)}`,
    ...change,
  };
  const head = Object.values(base).filter((line): line is string => line !== null);
  return lines(...head.slice(0, -1), ...extra, head.at(-1) ?? '', '', body);
}

/** Valid: each has to be read and answered with something better than 400. */
export const VALID: readonly TortureMessage[] = [
  {
    section: '3.1.1.1',
    name: 'a short tortuous INVITE',
    text: lines(
      'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
      'TO :',
      ' sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
      'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
      '  ;',
      '  tag = 98asjd8',
      'MaX-fOrWaRdS: 0068',
      'Call-ID: wsinv.ndaksdj@192.0.2.1',
      'Content-Length   : 0',
      'cseq: 0009',
      '  INVITE',
      'Via  : SIP  /   2.0',
      ' /UDP',
      '    192.0.2.2;branch=390skdjuw',
      's :',
      'NewFangledHeader:   newfangled value',
      ' continued newfangled value',
      'UnknownHeaderWithUnusualValue: ;;,,;;,;',
      'Route:',
      ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
      'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
      '  branch  =   z9hG4bK9ikj8  ,',
      ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
      ' z9hG4bK30239',
      'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
      '      newvalue ;',
      '  secondparam ; q = 0.33',
      '',
      '',
    ),
  },
  {
    section: '3.1.1.2',
    name: 'a method of every token character',
    text: plain({
      start:
        "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0",
      cseq: "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~",
    }),
  },
  {
    section: '3.1.1.3',
    name: 'escapes in the user part',
    text: plain({ start: 'OPTIONS sip:sips%3Auser%40example.com@example.net SIP/2.0' }),
  },
  {
    section: '3.1.1.4',
    name: 'escaped nulls in a URI',
    text: plain({ to: 'To: sip:null-%00-null@example.com' }),
  },
  {
    section: '3.1.1.6',
    name: 'no space between display name and bracket',
    text: plain({ from: 'From: caller<sip:caller@example.com>;tag=323' }),
  },
  {
    section: '3.1.1.7',
    name: 'long values in header fields',
    text: plain(
      {
        to: `To: "I have a user name of ${'extremely '.repeat(40)}" <sip:user@example.com:6000;u1=${'v'.repeat(200)}>`,
      },
      [`Unknown-${'Long'.repeat(30)}: ${'x'.repeat(2_000)}`],
    ),
  },
  {
    section: '3.1.1.8',
    name: 'more in the datagram than Content-Length says',
    text: `${plain()}REGISTER sip:x SIP/2.0\r\n`,
  },
  {
    section: '3.1.1.9',
    name: 'a semicolon in the user part',
    text: plain({ start: 'OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0' }),
  },
  {
    section: '3.1.1.10',
    name: 'unusual transports in Via',
    text: plain({}, ['Via: SIP/2.0/SCTP host.example.com;branch=z9hG4bKx, SIP/2.0/NEW_STUFF t.example.com']),
  },
];

/** Broken: to be refused with 400 (or 505) where it can be answered. */
export const BROKEN: readonly TortureMessage[] = [
  {
    section: '3.1.2.1',
    name: 'extraneous separators in headers',
    text: plain({ start: 'INVITE sip:user@example.com SIP/2.0', cseq: 'CSeq: 60 INVITE' }, [
      'Contact: <sip:joe@example.org>;;;;',
    ]),
  },
  {
    section: '3.1.2.2',
    name: 'Content-Length larger than the message',
    text: plain({ length: 'Content-Length: 9999' }),
  },
  { section: '3.1.2.3', name: 'negative Content-Length', text: plain({ length: 'Content-Length: -999' }) },
  {
    section: '3.1.2.4',
    name: 'request scalars that overflow',
    text: plain({ cseq: 'CSeq: 36893488147419103232 OPTIONS' }),
  },
  {
    section: '3.1.2.6',
    name: 'a quoted string that is not closed',
    text: plain({ to: 'To: "Mr. J. User <sip:j.user@example.com>' }),
  },
  {
    section: '3.1.2.7',
    name: 'brackets around the Request-URI',
    text: plain({ start: 'OPTIONS <sip:user@example.com> SIP/2.0' }),
  },
  {
    section: '3.1.2.8',
    name: 'white space within the Request-URI',
    text: plain({ start: 'OPTIONS sip:user@example.com; lr SIP/2.0' }),
  },
  {
    section: '3.1.2.9',
    name: 'several spaces in the Request-Line',
    text: plain({ start: 'OPTIONS  sip:user@example.com  SIP/2.0' }),
  },
  {
    section: '3.1.2.10',
    name: 'a space behind the Request-Line',
    text: plain({ start: 'OPTIONS sip:user@example.com SIP/2.0  ' }),
  },
  {
    section: '3.1.2.11',
    name: 'headers in the Request-URI',
    text: plain({ start: 'OPTIONS sip:user@example.com?Route=%3Csip:x%3E SIP/2.0' }),
  },
  {
    section: '3.1.2.16',
    name: 'an unknown protocol version',
    text: plain({ start: 'OPTIONS sip:user@example.com SIP/7.0' }),
  },
  { section: '3.1.2.17', name: 'a CSeq of another method', text: plain({ cseq: 'CSeq: 60 INVITE' }) },
  {
    section: '3.1.2.18',
    name: 'an unknown method and a CSeq of another',
    text: plain({ start: 'NEWMETHOD sip:user@example.com SIP/2.0' }),
  },
  { section: '3.3.1', name: 'missing Call-ID', text: plain({ callId: null }) },
  { section: '3.3.1', name: 'missing From', text: plain({ from: null }) },
  { section: '3.3.8', name: 'From twice', text: plain({}, ['From: <sip:other@example.net>;tag=1']) },
  { section: '3.3.9', name: 'two different Content-Lengths', text: plain({}, ['Content-Length: 5'], 'body') },
];

/** To be dropped without an answer and without harm. */
export const DROPPED: readonly TortureMessage[] = [
  {
    section: '3.1.2.5',
    name: 'response scalars that overflow',
    text: plain({ start: 'SIP/2.0 503 Service Unavailable', cseq: 'CSeq: 9292394834772304023312 OPTIONS' }),
  },
  {
    section: '3.1.2.19',
    name: 'a status code out of range',
    text: plain({ start: 'SIP/2.0 4294967301 better not break the receiver' }),
  },
  {
    section: '3.3.10',
    name: 'a 200 with a broadcast Via',
    text: plain({ start: 'SIP/2.0 200 OK', via: 'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23' }),
  },
  {
    section: '3.1.1.13',
    name: 'a response with an unusual reason phrase',
    text: plain({ start: 'SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое' }),
  },
  { section: '3.1.1.12', name: 'a response without a reason phrase', text: plain({ start: 'SIP/2.0 100 ' }) },
  {
    section: '3.3.1',
    name: 'nothing to answer to',
    text: 'INVITE sip:user@example.com SIP/2.0\r\nCSeq: 193942 INVITE\r\n\r\n',
  },
  {
    section: '3.1.2.14',
    name: 'an ACK that is broken',
    text: plain({ start: 'ACK sip:user@example.com SIP/2.0', cseq: 'CSeq: x ACK' }),
  },
  { section: '-', name: 'bytes that are no text', text: Buffer.from([0xff, 0xfe, 0x00, 0x53, 0x49, 0x50]) },
  {
    section: '-',
    name: 'too many headers',
    text: plain(
      {},
      Array.from({ length: 400 }, () => 'X-A: 1'),
    ),
  },
];

/** Well-formed, but nothing that we take: section, message and the status that it gets. */
export const REFUSED: ReadonlyArray<TortureMessage & { readonly status: number }> = [
  {
    section: '3.3.2',
    name: 'a Request-URI of an unknown scheme',
    status: 416,
    text: plain({ start: 'OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0' }),
  },
  {
    section: '3.3.3',
    name: 'a Request-URI of a known scheme that is none of SIP',
    status: 416,
    text: plain({ start: 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0' }),
  },
  {
    section: '3.3.5',
    name: 'unknown extensions in Require',
    status: 420,
    text: plain({}, ['Require: nothingSupportsThis, nothingSupportsThisEither']),
  },
  {
    section: '3.3.6',
    name: 'an unknown content type',
    status: 415,
    text: plain(
      { start: 'INVITE sip:user@example.com SIP/2.0', cseq: 'CSeq: 1 INVITE' },
      ['Content-Type: application/unknownformat'],
      '<audio>\r\n',
    ),
  },
  {
    section: '3.3.11',
    name: 'Max-Forwards of zero',
    status: 483,
    text: plain({
      start: 'INVITE sip:user@example.com SIP/2.0',
      cseq: 'CSeq: 1 INVITE',
      forwards: 'Max-Forwards: 0',
    }),
  },
  {
    section: '-',
    name: 'PRACK outside of a dialog',
    status: 405,
    text: plain({ start: 'PRACK sip:user@example.com SIP/2.0', cseq: 'CSeq: 1 PRACK' }),
  },
  {
    section: '-',
    name: 'BYE outside of a dialog',
    status: 481,
    text: plain({ start: 'BYE sip:user@example.com SIP/2.0', cseq: 'CSeq: 1 BYE' }),
  },
  {
    section: '3.1.1.2',
    name: 'a method that nobody knows',
    status: 501,
    text: plain({ start: 'NEWMETHOD sip:user@example.com SIP/2.0', cseq: 'CSeq: 1 NEWMETHOD' }),
  },
];
