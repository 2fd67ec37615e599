import * as z from 'zod/mini';
import { Id } from '../../contract/wire.ts';
import { DeskPhone, SipCredential } from '../../contract/session.ts';
import type { AgentCommands } from '../commands/agent-service.ts';
import { sessionRoute, type Feature } from '../../http/route.ts';

export function deviceRoutes(agents: AgentCommands): Feature {
  return {
    tag: 'Devices',
    routes: [
      sessionRoute({
        method: 'post',
        path: '/devices/browser',
        right: 'use-desk',
        // A page that is loaded anew behind its lock goes on ringing.
        whenLocked: 'allowed',
        summary: 'A short-lived credential for the phone in this page; the one of an earlier page stops',
        body: z.object({ clientId: Id }),
        status: 201,
        response: SipCredential,
        problems: ['unavailable'],
        run: (who, { body }) => agents.browserDevice(who, body.clientId),
      }),
      sessionRoute({
        method: 'get',
        path: '/devices',
        right: 'use-desk',
        summary: "The team's desk phones",
        status: 200,
        response: z.array(DeskPhone),
        problems: [],
        run: (who) => agents.phones(who),
      }),
    ],
  };
}
