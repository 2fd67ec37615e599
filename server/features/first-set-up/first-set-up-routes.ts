import { FirstSetUpRequest } from '../../contract/first-set-up.ts';
import { Session } from '../../contract/session.ts';
import { addressOf, pageOrigin } from '../../http/requester.ts';
import { publicRoute, type Feature } from '../../http/route.ts';
import type { FirstSetUp } from './first-set-up.ts';

export function firstSetUpRoutes(first: Pick<FirstSetUp, 'make'>): Feature {
  return {
    tag: 'First set-up',
    routes: [
      publicRoute({
        method: 'post',
        path: '/setup',
        summary:
          'Make the first team and its administrator, with the token of the link that the server has printed',
        body: FirstSetUpRequest,
        status: 201,
        response: Session,
        problems: ['token-invalid', 'token-expired', 'wrong-credentials', 'rate-limited'],
        example: {
          body: {
            token: 'kQ2mT8sWn4Xr7bVdkQ2mT8sWn4Xr7bVdkQ2mT8sWn4X',
            team: { slug: 'north', name: '北方 North', locale: 'zh-CN', timeZone: 'Asia/Shanghai' },
            administrator: {
              number: '1000',
              username: 'admin',
              name: '陈静 Chen Jing',
              password: 'three quiet grey herons',
            },
          },
        },
        run: ({ body, request }) =>
          first.make(body, {
            address: addressOf(request),
            userAgent: request.get('user-agent') ?? '',
            origin: pageOrigin(request),
          }),
      }),
    ],
  };
}
