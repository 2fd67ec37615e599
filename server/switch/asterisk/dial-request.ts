import { type DialRequest, SwitchError } from '../../core/ports/switch.ts';

const NUMBER = /^[0-9A-Za-z*#+._-]{1,64}$/;
const HEADER_NAME = /^X-[A-Za-z0-9-]{1,60}$/i;
// oxlint-disable-next-line no-control-regex -- they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** @throws SwitchError `no-route` */
export function checkNumber(number: string): string {
  // A slash or an ampersand would be read by Asterisk as part of a dial string.
  if (!NUMBER.test(number)) throw new SwitchError('no-route', 'not a number that can be dialled');
  return number;
}

/**
 * Variables that are set before the INVITE leaves: functions of the dialplan that write caller and headers.
 * @throws SwitchError `unsupported` for headers that cannot be sent
 */
export function dialVariables(request: DialRequest): Record<string, string> {
  const { number, name = '' } = request.callerId;
  const variables: Record<string, string> = {
    TELEBAR_LEG: request.legId,
    // What the called side sees is the "connected line" of the outgoing channel.
    'CONNECTEDLINE(num,i)': number === '' ? 'anonymous' : number,
    'CONNECTEDLINE(name,i)': number === '' ? 'Anonymous' : name,
    'CONNECTEDLINE(pres)': number === '' ? 'prohib' : 'allowed',
  };
  for (const [header, value] of headersOf(request)) variables[`PJSIP_HEADER(add,${header})`] = value;
  return variables;
}

function headersOf(request: DialRequest): [string, string][] {
  const own = Object.entries(request.headers ?? {});
  const token = request.autoAnswer;
  for (const [name, value] of [...own, ['X-Auto', token ?? ''] as const]) {
    if (!HEADER_NAME.test(name) || CONTROL.test(value) || value.length > 1024) {
      throw new SwitchError('unsupported', `the header ${JSON.stringify(name)} cannot be sent`);
    }
  }
  if (request.target.kind === 'number') return own;
  return [
    ['X-Telebar-Leg', request.legId],
    // Ours stands, whatever the application put there itself.
    ...own.filter(([name]) => !/^x-telebar-(?:leg|auto-answer)$/i.test(name)),
    ...(token === undefined
      ? []
      : ([
          ['X-Telebar-Auto-Answer', token],
          // Phones of different makers listen to one or the other.
          ['Call-Info', '<sip:telebar>;answer-after=0'],
          ['Alert-Info', '<http://127.0.0.1>;info=alert-autoanswer;delay=0'],
        ] satisfies [string, string][])),
  ];
}
