import { AgentSpanPage, CallPartPage, FactQuery } from '../../contract/report-facts.ts';
import { teamRoute, type Feature } from '../../http/route.ts';
import type { ReportFacts } from './facts.ts';

export function reportRoutes(facts: ReportFacts): Feature {
  return {
    tag: 'Reports',
    routes: [
      teamRoute({
        method: 'get',
        path: '/reports/agent-spans',
        right: 'read-reports',
        summary:
          "How long agents were in which state, newest first: one's own; leaders see the agents of the groups that they lead, administrators all",
        query: FactQuery,
        status: 200,
        response: AgentSpanPage,
        problems: ['forbidden', 'not-found'],
        run: (who, { query }) => facts.agentSpans(who, query),
      }),
      teamRoute({
        method: 'get',
        path: '/reports/call-parts',
        right: 'read-reports',
        summary:
          "The parts of customers and agents in calls, newest first: of one's own calls; leaders see those of the groups that they lead, administrators all",
        query: FactQuery,
        status: 200,
        response: CallPartPage,
        problems: ['forbidden', 'not-found'],
        run: (who, { query }) => facts.callParts(who, query),
      }),
    ],
  };
}
