import * as z from 'zod';

/** An Asterisk that is used in place of the embedded switch. */
export interface AsteriskSettings {
  /** Of ARI, without `/ari`. */
  ariUrl: string;
  user: string;
  password: string;
  /** Name of the Stasis application in the dialplan. */
  application: string;
  /** PJSIP endpoint of the carrier; null: nobody outside can be called. */
  trunk: string | null;
  /** Dialplan context of the agents' phones. */
  context: string;
  /** SIP over WebSocket as the browsers reach it. */
  webSocketUrl: string;
  /** Where Asterisk fetches prompts from us. */
  audio: { host: string; port: number; url: string | null };
  transports: { browser: string; phone: string };
}

const name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be a name of Asterisk’s configuration');

/** Variables of an Asterisk; read only with TELEBAR_SWITCH=asterisk. */
export const asteriskVariables = {
  TELEBAR_SWITCH: z.enum(['embedded', 'asterisk'], 'must be embedded or asterisk').optional(),
  TELEBAR_ASTERISK_URL: z
    .string()
    .regex(/^https?:\/\/[^/]+(\/.*)?$/, 'must be the address of ARI, as in http://127.0.0.1:8088')
    .optional(),
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
  return {
    ariUrl,
    user: env.TELEBAR_ASTERISK_USER ?? 'telebar',
    password,
    application: env.TELEBAR_ASTERISK_APP ?? 'telebar',
    trunk: env.TELEBAR_ASTERISK_TRUNK ?? null,
    context: env.TELEBAR_ASTERISK_CONTEXT ?? 'telebar',
    webSocketUrl: env.TELEBAR_ASTERISK_WS ?? `${ariUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}/ws`,
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
