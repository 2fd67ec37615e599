import * as z from 'zod/mini';
import { NewPasskey, Passkey, PasskeyOptions, Passkeys as Told } from '../../contract/passkeys.ts';
import { PasswordProof } from '../../contract/login.ts';
import { Id } from '../../contract/wire.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import { addressOf, pageOrigin } from '../../http/requester.ts';
import { publicRoute, sessionRoute, type Feature } from '../../http/route.ts';
import type { Passkeys } from './passkeys.ts';

const PasskeyPath = z.object({ id: Id });
const KEY: Passkey = {
  id: 'passkey_01k0abc',
  name: 'Laptop',
  createdAt: 1_764_460_800_000,
  lastUsedAt: 1_764_464_400_000,
};
const PROOF = { password: 'three quiet grey herons' };
const CHALLENGE = 'kQ2mT8sWn4Xr7bVdkQ2mT8sWn4Xr7bVdkQ2mT8sWn4X';
const CREDENTIAL = { id: 'AbCdEf', rawId: 'AbCdEf', type: 'public-key' } as const;

/** @param prove who has the session also knows the password: wrong-password, password-must-change, rate-limited */
export function passkeyRoutes(
  passkeys: Pick<Passkeys, 'list' | 'begin' | 'add' | 'remove' | 'question'>,
  prove: (who: Identity, password: string) => Promise<void>,
): Feature {
  const right = 'use-desk';
  const path = '/sessions/current/passkeys';
  return {
    tag: 'Sessions',
    routes: [
      publicRoute({
        method: 'post',
        path: '/passkeys/options',
        summary:
          'A question for whoever has a passkey (WebAuthn), on pages of this server; the answer logs in with POST /sessions, once, within five minutes',
        status: 200,
        response: PasskeyOptions,
        problems: ['passkey-refused', 'rate-limited', 'origin-not-allowed'],
        example: { response: { options: { challenge: CHALLENGE, rpId: 'phone.example.com' } } },
        run: ({ request }) => passkeys.question({ address: addressOf(request), origin: pageOrigin(request) }),
      }),
      sessionRoute({
        method: 'get',
        path,
        right,
        summary: 'One’s own passkeys',
        status: 200,
        response: Told,
        problems: [],
        example: { response: { origin: 'https://phone.example.com', items: [KEY] } },
        run: (who) => passkeys.list(who),
      }),
      sessionRoute({
        method: 'post',
        path: `${path}/options`,
        right,
        summary: 'The question for another passkey of one’s own',
        body: PasswordProof,
        status: 200,
        response: PasskeyOptions,
        problems: ['wrong-password', 'password-must-change', 'rate-limited', 'passkey-refused'],
        example: { body: PROOF, response: { options: { challenge: CHALLENGE } } },
        run: async (who, { body }) => {
          await prove(who, body.password);
          return passkeys.begin(who);
        },
      }),
      sessionRoute({
        method: 'post',
        path,
        right,
        summary: 'Keep a passkey, with what the browser has made of the question',
        body: NewPasskey,
        status: 201,
        response: Passkey,
        problems: ['passkey-refused'],
        example: {
          body: {
            name: 'Laptop',
            answer: { ...CREDENTIAL, response: { clientDataJSON: 'e30', attestationObject: 'o2M' } },
          },
          response: { ...KEY, lastUsedAt: null },
        },
        run: (who, { body }) => passkeys.add(who, body),
      }),
      sessionRoute({
        method: 'post',
        path: `${path}/:id/remove`,
        right,
        summary: 'Remove a passkey of one’s own, with the password',
        params: PasskeyPath,
        body: PasswordProof,
        status: 204,
        problems: ['wrong-password', 'password-must-change', 'rate-limited', 'not-found'],
        example: { body: PROOF },
        run: async (who, { params, body }) => {
          await prove(who, body.password);
          await passkeys.remove(who, params.id);
        },
      }),
    ],
  };
}
