import { PasswordResetCompletion, PasswordResetRequest } from '../../contract/password-reset.ts';
import { addressOf } from '../../http/requester.ts';
import { publicRoute, type Feature } from '../../http/route.ts';
import type { PasswordResets } from './password-resets.ts';

export function passwordResetRoutes(resets: Pick<PasswordResets, 'ask' | 'complete'>): Feature {
  return {
    tag: 'Sessions',
    routes: [
      publicRoute({
        method: 'post',
        path: '/password-resets',
        summary:
          'Have a link sent to an e-mail address with which its agent chooses another password; the answer does not tell whether there is one',
        body: PasswordResetRequest,
        status: 204,
        problems: ['no-mail', 'rate-limited'],
        example: { body: { team: 'north', email: 'li.lei@example.com', locale: 'zh-CN' } },
        run: ({ body, request }) => resets.ask(body, addressOf(request)),
      }),
      publicRoute({
        method: 'post',
        path: '/password-resets/complete',
        summary: 'Choose another password with the token of such a link; every session of the agent ends',
        body: PasswordResetCompletion,
        status: 204,
        problems: ['token-invalid', 'token-expired'],
        example: {
          body: {
            token: 'kQ2mT8sWn4Xr7bVdkQ2mT8sWn4Xr7bVdkQ2mT8sWn4X',
            newPassword: 'nine loud red kettles',
          },
        },
        run: ({ body }) => resets.complete(body),
      }),
    ],
  };
}
