import {
  ExportPeopleQuery,
  ImportPeopleRequest,
  PeopleFile,
  PeopleReport,
} from '../../contract/people-file.ts';
import { teamRoute, type Feature } from '../../http/route.ts';
import type { PeopleFiles } from './people-file.ts';

const right = 'change-set-up';
/** Base64 of a mebibyte, and what stands around it. */
const BODY_BYTES = 3 * 1024 * 1024;

/** Their answers hold passwords, and so are not written down. */
export function peopleFileRoutes(people: Pick<PeopleFiles, 'import' | 'export'>): Feature {
  return {
    tag: 'Set-up',
    routes: [
      teamRoute({
        method: 'post',
        path: '/set-up/agents/import',
        right,
        summary:
          'Look at a table of people, or take it as a whole: its first line names the columns (number, username, name, email, role, groups, leads, active, or 工号, 用户名, 姓名, …), groups stand there by number',
        body: ImportPeopleRequest,
        bodyBytes: BODY_BYTES,
        status: 200,
        response: PeopleReport,
        problems: ['version-conflict'],
        example: {
          body: { text: 'number,name,groups\n1009,韩梅梅,2001 2002/3\n', existing: 'update', apply: true },
          response: {
            applied: true,
            fault: null,
            encoding: null,
            ignored: [],
            created: 1,
            updated: 0,
            unchanged: 0,
            refused: 0,
            rows: [{ line: 2, number: '1009', name: '韩梅梅', change: 'create', faults: [] }],
            passwords: [{ number: '1009', name: '韩梅梅', username: '1009', password: 'k7mw-p3xa-9tqe' }],
          },
        },
        run: (who, { body }) => people.import(who, body),
      }),
      teamRoute({
        method: 'get',
        path: '/set-up/agents/export',
        right,
        summary: 'Everybody in the team as a table for a spreadsheet, in the columns of an import',
        query: ExportPeopleQuery,
        status: 200,
        response: PeopleFile,
        problems: [],
        example: {
          response: {
            name: 'people-2026-11-30.csv',
            csv: '\uFEFFnumber,username,name,email,role,groups,leads,active\r\n1001,lilei,李雷,,agent,2001,,yes\r\n',
            rows: 1,
          },
        },
        run: (who, { query }) => people.export(who, query),
      }),
    ],
  };
}
