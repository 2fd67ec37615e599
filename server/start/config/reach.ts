import type { Config } from './config.ts';

/**
 * The settings that open a socket of the server to other machines, as they are written: pages, and the telephones and media
 * of the embedded switch. With Asterisk, telephony is Asterisk's.
 */
export function openSettings({ http, sip, media, ipv6Host, asterisk }: Config): string[] {
  const bound: Array<[string, string | null]> = [['TELEBAR_HOST', http.host]];
  if (asterisk === null) {
    bound.push(
      ['TELEBAR_SIP_HOST', sip.host],
      ['TELEBAR_MEDIA_HOST', media.host],
      ['TELEBAR_IPV6_HOST', ipv6Host],
    );
  }
  return bound.flatMap(([name, host]) => (host === null || isLoopback(host) ? [] : [`${name}=${host}`]));
}

function isLoopback(host: string): boolean {
  return (
    host.toLowerCase() === 'localhost' ||
    /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(host) ||
    /^(?:0{0,4}:){2,7}0{0,3}1$/.test(host)
  );
}
