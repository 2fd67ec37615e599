import type { AsteriskNode } from './node.ts';

/** What the server is told so that it works on this node. */
export function environmentFor(node: AsteriskNode): Record<string, string> {
  return {
    TELEBAR_SWITCH: 'asterisk',
    TELEBAR_ASTERISK_URL: node.ariUrl,
    TELEBAR_ASTERISK_USER: node.user,
    TELEBAR_ASTERISK_PASSWORD: node.password,
    TELEBAR_ASTERISK_WS: node.webSocketUrl,
    ...(node.hasTrunk ? { TELEBAR_ASTERISK_TRUNK: 'trunk' } : {}),
  };
}
