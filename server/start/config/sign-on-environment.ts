import * as z from 'zod';
import { NO_PROVIDER, type SignOnRow } from '../../features/single-sign-on/single-sign-on-store.ts';
import { SIGN_ON_MATCHES, UNKNOWN_USERS } from '../../vocabulary/sign-on.ts';
import { flag, list } from './variables.ts';

/** The provider that the operator has set up for one team, and where providers may be. */
export interface SignOnSettings {
  readonly team: string;
  /** Null: the team sets it up itself. */
  readonly provider: Omit<SignOnRow, 'teamId'> | null;
  /** Whether providers may be in the own network, and without TLS. */
  readonly inside: boolean;
}

export const signOnVariables = {
  TELEBAR_OIDC_ISSUER: z
    .string()
    .regex(
      /^https?:\/\/[^?#\s]+$/,
      'must be the address of an issuer, as in https://login.example.com/realms/staff',
    )
    .optional(),
  TELEBAR_OIDC_CLIENT_ID: z.string().optional(),
  TELEBAR_OIDC_CLIENT_SECRET: z.string().optional(),
  TELEBAR_OIDC_LABEL: z.string().max(60, 'must have at most 60 characters').optional(),
  TELEBAR_OIDC_CLAIM: z
    .string()
    .regex(/^[\w:/.-]{1,100}$/, 'must be the name of a claim, as in preferred_username')
    .optional(),
  TELEBAR_OIDC_MATCHES: z.enum(SIGN_ON_MATCHES, 'must be username or email').optional(),
  TELEBAR_OIDC_UNKNOWN_USERS: z.enum(UNKNOWN_USERS, 'must be refuse or make').optional(),
  TELEBAR_OIDC_DOMAINS: list.transform((names) => names.map((name) => name.toLowerCase())).optional(),
  TELEBAR_OIDC_TRUST_FACTOR: flag.optional(),
  TELEBAR_OIDC_END_SESSION: flag.optional(),
  TELEBAR_OIDC_PRIVATE: flag.optional(),
};

type Variables = z.output<z.ZodObject<typeof signOnVariables>>;

/** @throws Error with a sentence for the operator */
export function signOnSettings(env: Variables, team: string): SignOnSettings {
  const inside = env.TELEBAR_OIDC_PRIVATE ?? false;
  const { TELEBAR_OIDC_ISSUER: issuer, TELEBAR_OIDC_CLIENT_ID: clientId } = env;
  if ((issuer === undefined) !== (clientId === undefined)) {
    throw new Error('TELEBAR_OIDC_ISSUER and TELEBAR_OIDC_CLIENT_ID must be set together.');
  }
  if (issuer === undefined || clientId === undefined) return { team, provider: null, inside };
  if (!inside && !issuer.startsWith('https:')) {
    throw new Error(
      'TELEBAR_OIDC_ISSUER must begin with https://, unless TELEBAR_OIDC_PRIVATE=1 allows plain HTTP.',
    );
  }
  const provider = {
    ...NO_PROVIDER,
    active: true,
    issuer,
    clientId,
    clientSecret: env.TELEBAR_OIDC_CLIENT_SECRET ?? null,
    label: env.TELEBAR_OIDC_LABEL ?? new URL(issuer).hostname,
    claim: env.TELEBAR_OIDC_CLAIM ?? NO_PROVIDER.claim,
    matches: env.TELEBAR_OIDC_MATCHES ?? NO_PROVIDER.matches,
    unknownUsers: env.TELEBAR_OIDC_UNKNOWN_USERS ?? NO_PROVIDER.unknownUsers,
    domains: env.TELEBAR_OIDC_DOMAINS ?? [],
    trustsFactor: env.TELEBAR_OIDC_TRUST_FACTOR ?? false,
    endsSession: env.TELEBAR_OIDC_END_SESSION ?? false,
  };
  return { team, provider, inside };
}
