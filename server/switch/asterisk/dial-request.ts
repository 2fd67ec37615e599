import { type DialRequest, SwitchError } from '../../core/ports/switch.ts';

const HEADER_NAME = /^X-[A-Za-z0-9-]{1,60}$/i;
// oxlint-disable-next-line no-control-regex -- they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Variables that are set before the INVITE leaves: functions of the dialplan that write caller and headers.
 * @throws SwitchError `unsupported` for headers that cannot be sent
 */
export function dialVariables(request: DialRequest): Record<string, string> {
  const variables: Record<string, string> = {
    // What the called side sees is the "connected line" of the outgoing channel.
    ...callerVariables('CONNECTEDLINE', request.callerId),
  };
  for (const [header, value] of headersOf(request)) variables[`PJSIP_HEADER(add,${header})`] = value;
  return variables;
}

/** Who calls, as the functions of the dialplan write it. */
export function callerVariables(
  what: 'CONNECTEDLINE' | 'CALLERID',
  { number, name = '' }: DialRequest['callerId'],
): Record<string, string> {
  return {
    [`${what}(num,i)`]: number === '' ? 'anonymous' : number,
    [`${what}(name,i)`]: number === '' ? 'Anonymous' : name,
    [`${what}(pres)`]: number === '' ? 'prohib' : 'allowed',
  };
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
