import * as z from 'zod';

export interface AsteriskNodeSettings {
  name: string;
  /** Of ARI, without `/ari`. */
  ariUrl: string;
  /** SIP over WebSocket as the browsers reach it. */
  webSocketUrl: string;
}

/** An Asterisk that is used in place of the embedded switch. */
export interface AsteriskSettings {
  /** One, or several that are used as one switch. */
  nodes: AsteriskNodeSettings[];
  user: string;
  password: string;
  /** Name of the Stasis application in the dialplan. */
  application: string;
  /** PJSIP endpoint of the carrier; null: nobody outside can be called. */
  trunk: string | null;
  /** Dialplan context of the agents' phones. */
  context: string;
  /** Where Asterisk fetches prompts from us. */
  audio: { host: string; port: number; url: string | null };
  transports: { browser: string; phone: string };
}

const name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be a name of Asterisk’s configuration');

const NODE = /^([a-z0-9-]{1,32})=(https?:\/\/[^|,\s/]+[^|,\s]*)(?:\|(wss?:\/\/[^|,\s/]+\/[^|,\s]*))?$/;

/** As in `one=http://10.0.0.11:8088|wss://one.example/ws,two=…`. */
const nodes = z.string().transform((value, context): AsteriskNodeSettings[] => {
  const refuse = (message: string): never => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const listed: AsteriskNodeSettings[] = [];
  for (const part of value.split(',')) {
    const [, name = '', ariUrl = '', webSocketUrl] = NODE.exec(part.trim()) ?? [];
    if (name === '') {
      return refuse(
        `must be name=ARI-address|WebSocket-address for each node, separated by commas, as in one=http://10.0.0.11:8088|wss://one.example/ws; ${JSON.stringify(part.trim())} is not`,
      );
    }
    listed.push({ name, ariUrl, webSocketUrl: webSocketUrl ?? webSocketOf(ariUrl) });
  }
  if (new Set(listed.map(({ name }) => name)).size < listed.length) return refuse('names a node twice');
  if (new Set(listed.map(({ ariUrl }) => ariUrl)).size < listed.length)
    return refuse('has two nodes with the same address of ARI');
  return listed;
});

function webSocketOf(ariUrl: string): string {
  return `${ariUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}/ws`;
}

/** Variables of an Asterisk; read only with TELEBAR_SWITCH=asterisk. */
export const asteriskVariables = {
  TELEBAR_SWITCH: z.enum(['embedded', 'asterisk'], 'must be embedded or asterisk').optional(),
  TELEBAR_ASTERISK_URL: z
    .string()
    .regex(/^https?:\/\/[^/]+(\/.*)?$/, 'must be the address of ARI, as in http://127.0.0.1:8088')
    .optional(),
  TELEBAR_ASTERISK_NODES: nodes.optional(),
  TELEBAR_ASTERISK_USER: z.string().optional(),
  TELEBAR_ASTERISK_PASSWORD: z.string().optional(),
  TELEBAR_ASTERISK_APP: name.optional(),
  TELEBAR_ASTERISK_TRUNK: name.optional(),
  TELEBAR_ASTERISK_CONTEXT: name.optional(),
  TELEBAR_ASTERISK_WS: z
    .string()
    .regex(
      /^wss?:\/\/[^/]+\/.+$/,
      'must be the address of SIP over WebSocket, as in wss://pbx.example:8089/ws',
    )
    .optional(),
  TELEBAR_ASTERISK_WS_TRANSPORT: name.optional(),
  TELEBAR_ASTERISK_UDP_TRANSPORT: name.optional(),
  TELEBAR_ASTERISK_AUDIO: z
    .string()
    .regex(/^[^:\s]+:\d{1,5}$/, 'must be host:port')
    .transform((value) => {
      const colon = value.lastIndexOf(':');
      return { host: value.slice(0, colon), port: Number(value.slice(colon + 1)) };
    })
    .optional(),
  TELEBAR_ASTERISK_AUDIO_URL: z
    .string()
    .regex(/^https?:\/\/[^/]+/, 'must be an address, as in http://telebar.internal:8090')
    .optional(),
};

const Variables = z.object(asteriskVariables);

/**
 * @returns null with the embedded switch
 * @throws Error with a sentence when something is missing
 */
export function asteriskSettings(env: z.output<typeof Variables>): AsteriskSettings | null {
  if (env.TELEBAR_SWITCH !== 'asterisk') return null;
  const ariUrl = env.TELEBAR_ASTERISK_URL ?? 'http://127.0.0.1:8088';
  const password = env.TELEBAR_ASTERISK_PASSWORD;
  if (password === undefined) {
    throw new Error('TELEBAR_ASTERISK_PASSWORD is not set: it is the password of the ARI user in ari.conf.');
  }
  if (env.TELEBAR_ASTERISK_NODES && (env.TELEBAR_ASTERISK_URL ?? env.TELEBAR_ASTERISK_WS) !== undefined) {
    throw new Error(
      'TELEBAR_ASTERISK_NODES has the addresses of all nodes: leave TELEBAR_ASTERISK_URL and TELEBAR_ASTERISK_WS out.',
    );
  }
  return {
    nodes: env.TELEBAR_ASTERISK_NODES ?? [
      { name: 'asterisk', ariUrl, webSocketUrl: env.TELEBAR_ASTERISK_WS ?? webSocketOf(ariUrl) },
    ],
    user: env.TELEBAR_ASTERISK_USER ?? 'telebar',
    password,
    application: env.TELEBAR_ASTERISK_APP ?? 'telebar',
    trunk: env.TELEBAR_ASTERISK_TRUNK ?? null,
    context: env.TELEBAR_ASTERISK_CONTEXT ?? 'telebar',
    audio: {
      ...(env.TELEBAR_ASTERISK_AUDIO ?? { host: '127.0.0.1', port: 0 }),
      url: env.TELEBAR_ASTERISK_AUDIO_URL ?? null,
    },
    transports: {
      browser: env.TELEBAR_ASTERISK_WS_TRANSPORT ?? 'transport-ws',
      phone: env.TELEBAR_ASTERISK_UDP_TRANSPORT ?? 'transport-udp',
    },
  };
}
