import * as z from 'zod/mini';
import { DemoLineRequest, DemoTokenRequest, SipCredential } from '../../contract/session.ts';
import type { Demo } from './demo.ts';
import { publicRoute, type Feature } from '../../http/route.ts';

/** Mounted in demo mode only: anybody may ask for a token of the demo team here. */
export function demoRoutes(demo: Demo): Feature {
  return {
    tag: 'Demo',
    routes: [
      publicRoute({
        method: 'post',
        path: '/demo/token',
        summary: "A signed token, as the demo CRM's own back end would make it",
        body: DemoTokenRequest,
        status: 201,
        response: z.object({ token: z.string() }),
        problems: ['not-found'],
        run: ({ body }) => demo.token(body.username),
      }),
      publicRoute({
        method: 'post',
        path: '/demo/line',
        summary: "A telephone line of the outside world for the customer's page",
        body: DemoLineRequest,
        status: 201,
        response: SipCredential,
        problems: ['unavailable'],
        run: ({ body }) => demo.line(body.number),
      }),
    ],
  };
}
