import type { SipRequest, SipResponse } from './sip-message.ts';

/** The session description in a message: '' when it has none, null when the body is of a kind that we do not read. */
export function sdpOf(message: SipRequest | SipResponse): string | null {
  if (message.body.trim() === '') return '';
  const encoding = message.headers.get('content-encoding')?.toLowerCase();
  if (encoding && encoding !== 'identity') return null;
  const contentType = message.headers.get('content-type') ?? '';
  const type = mediaType(contentType);
  if (type === 'application/sdp') return message.body;
  if (type !== 'multipart/mixed' && type !== 'multipart/alternative') return null;
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType);
  const marker = boundary?.[1] ?? boundary?.[2];
  if (!marker) return null;
  for (const part of message.body.split(`--${marker}`)) {
    const [head = '', ...content] = part.replace(/^\r?\n/, '').split(/\r?\n\r?\n/);
    const line = /^(?:content-type|c)\s*:\s*([^\r\n]+)/im.exec(head)?.[1];
    if (line && mediaType(line) === 'application/sdp') return `${content.join('\r\n\r\n').trimEnd()}\r\n`;
  }
  return null;
}

/** `type/subtype` in lower case without parameters. */
export function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}
