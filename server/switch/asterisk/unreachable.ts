import { AriError, AsteriskUnusable } from './ari-error.ts';

/** Where the address of an Asterisk comes from: of the only one, or of one of several. */
export const ADDRESS_VARIABLE = 'TELEBAR_ASTERISK_URL (or TELEBAR_ASTERISK_NODES)';

/** Node's and OpenSSL's words for a certificate that is not trusted. */
const UNTRUSTED =
  /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID)/;

/** The system's code of a failed request or socket, from the innermost cause: `ECONNREFUSED`, `ENOTFOUND`, … */
export function failureCode(error: unknown): string | null {
  let code: string | null = null;
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') code = each.code;
    // Several addresses were tried; all of them failed.
    if (each instanceof AggregateError) return failureCode(each.errors.at(-1)) ?? code;
  }
  return code;
}

/** Nobody listens where Asterisk should be: the process is not there. A wire that is cut looks different. */
export function isRefused(error: unknown): boolean {
  return failureCode(error) === 'ECONNREFUSED';
}

/**
 * Says to the operator why no answer came.
 * @returns AsteriskUnusable when waiting cannot help, else AriError with status 0
 */
export function explainSilence(error: AriError, url: string): AriError | AsteriskUnusable {
  const code = failureCode(error) ?? '';
  const cause = error;
  if (UNTRUSTED.test(code)) {
    return new AsteriskUnusable(
      `The certificate of ${url} is not trusted (${code}): let ${ADDRESS_VARIABLE} name the host as the certificate does, and give NODE_EXTRA_CA_CERTS the file of your own authority.`,
      { cause },
    );
  }
  if (/^(?:ERR_SSL_|EPROTO$)/.test(code)) {
    return new AsteriskUnusable(
      `${url} does not speak TLS (${code}): write http:// in ${ADDRESS_VARIABLE}, or set tlsenable in http.conf.`,
      { cause },
    );
  }
  if (code.startsWith('HPE_')) {
    return new AsteriskUnusable(
      `${url} answers, but not in HTTP: does ${ADDRESS_VARIABLE} name the right port, and does that want https://?`,
      { cause },
    );
  }
  return new AriError(0, silence(code, url), { cause });
}

function silence(code: string, url: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `nobody listens at ${url}: is Asterisk running, its web server enabled in http.conf, and ${ADDRESS_VARIABLE} right?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host of ${url} is not known: is ${ADDRESS_VARIABLE} right?`;
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
      return `${url} closes the connection without an answer: does ${ADDRESS_VARIABLE} have to begin with https://?`;
    default:
      return `${url} does not answer${code === '' ? '' : ` (${code})`}: is a firewall in between, and ${ADDRESS_VARIABLE} right?`;
  }
}
