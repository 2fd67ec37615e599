import { AuditPage, AuditQuery } from '../../contract/audit.ts';
import { teamRoute, type Feature } from '../../http/route.ts';
import type { Audit } from './audit.ts';

export function auditRoutes(audit: Audit): Feature {
  return {
    tag: 'Audit',
    routes: [
      teamRoute({
        method: 'get',
        path: '/audit',
        right: 'read-audit',
        summary: 'Who has changed which record, the newest first; of one record, or by one agent or API key',
        query: AuditQuery,
        status: 200,
        response: AuditPage,
        problems: [],
        run: (who, { query }) => audit.list(who, query),
      }),
    ],
  };
}
