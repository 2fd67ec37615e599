import type { CallView } from '../../../server/contract/desk.ts';
import type { DeskApi } from '../../api/desk-api.ts';
import type { Owed } from '../owed.ts';
import type { AnyCommand, Confirmed, DeskCommand, PageCommand, PageCommands, Reading } from './command.ts';
import { isOwedName, RECORDS, type CommandName, type DeskCommands } from './table.ts';
import type { OwedCommands } from './owed-commands.ts';

/** What the commands need of the desk around them. */
export interface CommandContext {
  api: DeskApi;
  page: PageCommands;
  shownCall: (callId: string | null) => CallView | undefined;
  /** Carries one command out: pending while it runs, its refusal kept, its answer shown before it resolves. */
  run: (name: CommandName, argument: unknown, action: () => Promise<Confirmed>) => Promise<void>;
  /** For what holds also when the server cannot be told now. */
  owed: Pick<OwedCommands, 'give' | 'withdraw' | 'revoke'>;
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** The request of a command that is owed. */
export function sendOwed(api: DeskApi, { command, callId, argument }: Owed): Promise<Confirmed> {
  const { of, send } = RECORDS[command] as DeskCommand<unknown[]>;
  return of === 'call' ? send(api, callId, argument) : send(api, argument);
}

/** The desk's commands, made of their records. */
export function createCommands(context: CommandContext): DeskCommands {
  const names = Object.keys(RECORDS) as CommandName[];
  const methods = names.map((name) => [name, methodOf(name, RECORDS[name], context)] as const);
  return Object.fromEntries(methods) as unknown as DeskCommands;
}

function methodOf(name: CommandName, record: AnyCommand, context: CommandContext): Method {
  switch (record.of) {
    case 'page':
      return pageMethod(name, record as unknown as PageCommand<unknown[]>, context);
    case 'reading':
      return readingMethod(name, record, context);
    case 'agent':
    case 'call':
      return deskMethod(name, record as unknown as DeskCommand<unknown[]>, context);
    default:
      return record satisfies never;
  }
}

function pageMethod(
  name: CommandName,
  { run, isSo }: PageCommand<unknown[]>,
  context: CommandContext,
): Method {
  return async (...args) => {
    if (isSo?.(context.page, ...args) === true) return;
    await context.run(name, null, () => run(context.page, ...args));
  };
}

function readingMethod(name: CommandName, { read }: Reading<unknown>, context: CommandContext): Method {
  let serial = 0;
  return async () => {
    let answer: unknown;
    await context.run(name, ++serial, async () => {
      answer = await read(context.api);
    });
    return answer;
  };
}

function deskMethod(name: CommandName, record: DeskCommand<unknown[]>, context: CommandContext): Method {
  const { api, page, run, owed } = context;
  let serial = 0;
  let turn: Promise<unknown> = Promise.resolve();
  return (...args) => {
    if (record.warmsUp === true) page.warmUp();
    const callId = record.of === 'call' ? (args[0] as string) : null;
    const call = context.shownCall(callId);
    if (record.owed !== undefined && record.owed.when?.(call) !== false) {
      const argument = record.of === 'call' ? args[1] : args[0];
      const as = record.owed.as?.(call, argument) ?? name;
      if (isOwedName(as)) return run(name, args, () => owed.give(as, callId, argument));
    }
    if (record.inOrder === true) {
      const before = turn;
      const sent = run(name, ++serial, () => before.then(() => record.send(api, ...args)));
      turn = sent.catch(() => {});
      return sent;
    }
    if (record.opens !== undefined) {
      const { opens } = record;
      return run(name, args, () => owed.revoke(opens, callId, () => record.send(api, ...args)));
    }
    return run(name, args, async () => {
      if (record.undoes !== undefined) await owed.withdraw(record.undoes, callId);
      await record.before?.(page, ...args);
      return record.send(api, ...args);
    });
  };
}
