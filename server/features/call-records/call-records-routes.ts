import { CallRecordDetail, CallRecordPage, CallRecordQuery } from '../../contract/call-record.ts';
import { CallPath } from '../../http/path-ids.ts';
import { teamRoute, type Feature } from '../../http/route.ts';
import type { CallRecords } from './call-records.ts';

export function callRecordRoutes(records: CallRecords): Feature {
  return {
    tag: 'Calls',
    routes: [
      teamRoute({
        method: 'get',
        path: '/calls',
        right: 'read-calls',
        summary:
          "The agent's own calls, newest first. Leaders may name an agent of a group that they lead, administrators any. With a customer: all calls with that one",
        query: CallRecordQuery,
        status: 200,
        response: CallRecordPage,
        problems: ['forbidden', 'not-found'],
        run: (who, { query }) => records.list(who, query),
      }),
      teamRoute({
        method: 'get',
        path: '/calls/:id',
        right: 'read-calls',
        summary: 'One call with its legs',
        params: CallPath,
        status: 200,
        response: CallRecordDetail,
        problems: ['no-such-call'],
        run: (who, { params }) => records.get(who, params.id),
      }),
    ],
  };
}
