import {
  ConfirmSecondFactor,
  RecoveryCodes,
  RemoveSecondFactor,
  SecondFactorBegun,
  SecondFactorState,
} from '../../contract/second-factor.ts';
import { PasswordProof } from '../../contract/login.ts';
import type { Identity } from '../../core/kernel/actor.ts';
import { AgentPath } from '../../http/path-ids.ts';
import { sessionRoute, type Feature } from '../../http/route.ts';
import type { SecondFactors } from './second-factors.ts';

/**
 * @param prove who has the session also knows the password: wrong-password, password-must-change, rate-limited
 * @param proveCode and has the app, or a code for emergencies: wrong-code, rate-limited
 * @param endOthers what was opened without a code is over
 */
export function secondFactorRoutes(
  factors: Pick<SecondFactors, 'state' | 'begin' | 'confirm' | 'remove' | 'reset'>,
  prove: (who: Identity, password: string) => Promise<void>,
  proveCode: (who: Identity, code: string) => Promise<void>,
  endOthers: (who: Identity) => Promise<void>,
): Feature {
  const right = 'use-desk';
  const path = '/sessions/current/second-factor';
  return {
    tag: 'Sessions',
    routes: [
      sessionRoute({
        method: 'get',
        path,
        right,
        summary: 'Whether one’s own login asks for a code of an app',
        status: 200,
        response: SecondFactorState,
        problems: [],
        example: { response: { active: true, recoveryCodes: 10 } },
        run: (who) => factors.state(who),
      }),
      sessionRoute({
        method: 'post',
        path,
        right,
        summary: 'Make a key for an app (TOTP, RFC 6238); it counts when a code has confirmed it',
        body: PasswordProof,
        status: 200,
        response: SecondFactorBegun,
        problems: ['wrong-password', 'password-must-change', 'rate-limited', 'not-allowed-now'],
        example: {
          body: { password: 'three quiet grey herons' },
          response: {
            key: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
            uri: 'otpauth://totp/Telebar%20North:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Telebar%20North&algorithm=SHA1&digits=6&period=30',
          },
        },
        run: async (who, { body }) => {
          await prove(who, body.password);
          return factors.begin(who);
        },
      }),
      sessionRoute({
        method: 'post',
        path: `${path}/confirm`,
        right,
        summary:
          'Show that the app has the key: from now on each login with the password asks for a code, and the other sessions end',
        body: ConfirmSecondFactor,
        status: 200,
        response: RecoveryCodes,
        problems: ['wrong-code'],
        example: { body: { code: '492039' }, response: { codes: ['k7mw-p3xa-9tqe'] } },
        run: async (who, { body }) => {
          const codes = await factors.confirm(who, body.code);
          await endOthers(who);
          return { codes };
        },
      }),
      sessionRoute({
        method: 'post',
        path: `${path}/remove`,
        right,
        summary: 'Remove one’s own second factor, with the password and a code of the app or for emergencies',
        body: RemoveSecondFactor,
        status: 204,
        problems: ['wrong-password', 'password-must-change', 'wrong-code', 'rate-limited'],
        example: { body: { password: 'three quiet grey herons', code: '492039' } },
        run: async (who, { body }) => {
          await prove(who, body.password);
          await proveCode(who, body.code);
          await factors.remove(who);
        },
      }),
      sessionRoute({
        method: 'delete',
        path: '/set-up/agents/:id/second-factor',
        right: 'change-set-up',
        summary:
          'Remove the second factor, and the passkeys, of another agent, who has lost the app and the codes for emergencies',
        params: AgentPath,
        status: 204,
        problems: ['not-found', 'own-rights'],
        run: (who, { params }) => factors.reset(who, params.id),
      }),
    ],
  };
}
