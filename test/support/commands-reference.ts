import type { HttpClient, HttpRequest } from '../../widget/api/http-client.ts';
import { DeskApi } from '../../widget/api/desk-api.ts';
import type { DeskCommand } from '../../widget/live/commands/command.ts';
import { RECORDS } from '../../widget/live/commands/table.ts';

/** The page of docs/reference that says what each method of the host API asks of the server, and what follows: read off the records. */
export async function commandsReference(): Promise<string> {
  const rows: string[] = [];
  for (const [name, record] of Object.entries(RECORDS)) {
    if (record.host === undefined) continue;
    const { owed, undoes } = record as DeskCommand<never>;
    rows.push(
      line(
        `\`Telebar.${record.host}\``,
        await requestOf(name, record as unknown as DeskCommand<unknown[]>),
        record.event === undefined ? '' : `\`${record.event}\``,
        owed === undefined ? '' : owed.givenUp === true ? 'five minutes' : 'until it is so',
        (undoes ?? []).map((each) => `\`${RECORDS[each].host ?? name}\``).join(', '),
      ),
    );
  }
  return `${HEAD}\n${rows.join('\n')}\n`;
}

const HEAD = `# Commands

Written by \`npm run manifest\` from the records in \`widget/live/commands\`. REST paths lie below \`/api/v1\`. _Owed_: what the page does at once, and the server
when it can be reached; for how long it is tried. _Takes back_: what is owed is not carried out any more.

${line('method', 'REST', 'ends in', 'owed', 'takes back')}
${line('---', '---', '---', '---', '---')}`;

function line(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Method and path, as the record asks for it. */
async function requestOf(name: string, { send }: DeskCommand<unknown[]>): Promise<string> {
  if (send === undefined) return '';
  let asked: HttpRequest<unknown> | null = null;
  const http = {
    request(request: HttpRequest<unknown>): Promise<unknown> {
      asked = request;
      return Promise.resolve({});
    },
  } as unknown as HttpClient;
  await send(new DeskApi(http), '{id}', ...(/^kick|Party$/.test(name) ? ['{partyId}'] : []));
  const { method, path } = asked as unknown as HttpRequest<unknown>;
  return `\`${method} ${decodeURIComponent(path)}\``;
}
