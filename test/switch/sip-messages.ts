import { parseMessage } from '../../server/switch/embedded/sip/parse-message.ts';
import type {
  InboundRequest,
  InboundResponse,
  ParsedRequest,
} from '../../server/switch/embedded/sip/sip-message.ts';
import {
  createResponse,
  type ResponseParts,
  writeMessage,
} from '../../server/switch/embedded/sip/write-message.ts';
import type { RecordingFlow } from './recording-flow.ts';

export interface RequestParts {
  method?: string;
  uri?: string;
  branch?: string;
  callId?: string;
  fromTag?: string;
  toTag?: string;
  cseq?: number;
  from?: string;
  to?: string;
  headers?: ReadonlyArray<readonly [string, string]>;
  body?: string;
}

/** A request as a peer at 192.0.2.7 sends it. */
export function requestText(parts: RequestParts = {}): string {
  const { method = 'INVITE', toTag, body = '' } = parts;
  return [
    `${method} ${parts.uri ?? 'sip:400100@127.0.0.1'} SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.7;branch=${parts.branch ?? 'z9hG4bKone'};rport`,
    'Max-Forwards: 70',
    `From: ${parts.from ?? '<sip:13800138000@192.0.2.7>'};tag=${parts.fromTag ?? 'far'}`,
    `To: ${parts.to ?? '<sip:400100@127.0.0.1>'}${toTag ? `;tag=${toTag}` : ''}`,
    `Call-ID: ${parts.callId ?? 'call-1@192.0.2.7'}`,
    `CSeq: ${parts.cseq ?? 1} ${method}`,
    'Contact: <sip:far@192.0.2.7>',
    ...(parts.headers ?? []).map(([name, value]) => `${name}: ${value}`),
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

export function request(flow: RecordingFlow, parts: RequestParts = {}): InboundRequest {
  const parsed = parseMessage(Buffer.from(requestText(parts)));
  if (parsed.kind !== 'request') throw new Error(`not a request: ${JSON.stringify(parsed)}`);
  return { ...parsed.request, flow, replyFlow: flow };
}

/** The far side's response to a request that we sent. */
export function responseTo(
  to: ParsedRequest,
  flow: RecordingFlow,
  status: number,
  parts: ResponseParts = {},
): InboundResponse {
  const parsed = parseMessage(
    Buffer.from(writeMessage(createResponse(to, status, { toTag: 'far', ...parts }))),
  );
  if (parsed.kind !== 'response') throw new Error(`not a response: ${JSON.stringify(parsed)}`);
  return { ...parsed.response, flow };
}

export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.7',
  's=-',
  'c=IN IP4 192.0.2.7',
  't=0 0',
  'm=audio 4000 RTP/AVP 0',
  '',
].join('\r\n');
