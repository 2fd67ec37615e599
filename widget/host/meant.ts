import type { SignInRequest } from '../../server/contract/commands.ts';
import type { CallView } from '../../server/contract/desk.ts';
import type { Reason } from '../../server/contract/session.ts';
import type { LocalizedText } from '../../server/contract/wire.ts';
import { CommandError } from '../live/command-error.ts';
import type { CommandName } from '../live/commands/table.ts';
import type { Desk } from '../live/desk.ts';
import type { TelebarWorkPhone } from './telebar.ts';

// What the host page means: which call when it names none, which group, reason or telephone by whatever name it has.

/** The call that is meant when none is named; null: nothing is there to end, which is as good as ended. */
export async function callFor(command: CommandName, desk: Desk): Promise<string | null> {
  const rejects = command === 'reject';
  if (command === 'hangup') await untilDialled(desk);
  else if (!rejects) return presentCall(desk, command === 'answer');
  const calls = liveCalls(desk).filter((call) => !rejects || isOffered(call));
  if (calls.length > 0) return presentCall(desk, rejects);
  const { connection, snapshot } = desk.state;
  if (snapshot !== null || connection === 'anonymous') return null;
  throw notPossible('offline', 'Whether there is a call is not known yet.');
}

/** Resolves when the call that is being dialled is there, or will not be. */
function untilDialled(desk: Desk): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (desk.state.pending.has('dial') && liveCalls(desk).length === 0) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = desk.subscribe(look);
    look();
  });
}

/** `ringing`: the one that can be answered; otherwise the one in progress comes first. @throws CommandError no-such-call */
export function presentCall(desk: Desk, ringing = false): string {
  const calls = liveCalls(desk);
  const call = calls.find((item) => isOffered(item) === ringing) ?? calls[0];
  if (call === undefined) throw notPossible('no-such-call', 'There is no call.');
  return call.id;
}

type LiveCall = Pick<CallView, 'id' | 'phase'>;

function isOffered({ phase }: LiveCall): boolean {
  return phase === 'offered';
}

/** What the server shows; until it has shown anything, what this page has of calls itself. */
function liveCalls({ state: { snapshot, phone } }: Desk): LiveCall[] {
  if (snapshot !== null) return snapshot.calls.filter(({ phase }) => phase !== 'ended');
  return phone.legs.flatMap(({ callId: id, phase }) =>
    id === null ? [] : [{ id, phase: phase === 'ringing' ? 'offered' : 'talking' }],
  );
}

/** Groups may be named by id, number or name. @throws CommandError unknown-group */
export function groupOf(desk: Desk, group: string): string {
  const groups = desk.state.snapshot?.agent.groups ?? [];
  const found = groups.find(({ groupId, number, name }) => [groupId, number, name].includes(group));
  if (found === undefined) throw notPossible('unknown-group', `There is no group "${group}" of this agent.`);
  return found.groupId;
}

/** Reasons may be named by id or by their label in either language. @throws CommandError unknown-reason */
export function reasonOf(reasons: readonly Reason[] = [], reason: string): string {
  const labels = (label: LocalizedText): string[] => [label.en, label['zh-CN']];
  const found = reasons.find(({ id, label }) => id === reason || labels(label).includes(reason));
  if (found === undefined) throw notPossible('unknown-reason', `There is no reason "${reason}".`);
  return found.id;
}

/** Desk phones may be named by endpoint id or by their SIP user name; the outside number may be left out for the known one. @throws CommandError unknown-device */
export async function deviceOf(
  desk: Desk,
  device: TelebarWorkPhone,
): Promise<NonNullable<SignInRequest['device']>> {
  if (device === 'browser' || device === 'outside') return { kind: device };
  if ('outside' in device) return { kind: 'outside', number: device.outside };
  const phones = await desk.commands.listPhones();
  const found = phones.find(({ endpointId, username }) => [endpointId, username].includes(device.phone));
  if (found === undefined) throw notPossible('unknown-device', `There is no desk phone "${device.phone}".`);
  return { kind: 'phone', endpointId: found.endpointId };
}

export function notPossible(code: CommandError['code'], message: string): CommandError {
  return new CommandError({ code, message, retryable: false, details: {} });
}
