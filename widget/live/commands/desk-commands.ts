import type { NextState } from '../../../server/contract/desk.ts';
import type { LoginRequest } from '../../../server/contract/session.ts';
import type { DeskApi } from '../../api/desk-api.ts';
import type { Confirmed } from '../command-ledger.ts';
import type { CommandName, DeskCommands, DeskState, OwedName } from '../desk.ts';
import type { OwedCommands } from './owed-commands.ts';
import type { Owed } from '../owed.ts';
import { isLoggedIn } from '../same-agent.ts';

/** What the commands need of the desk around them. */
export interface CommandContext {
  api: DeskApi;
  state: () => DeskState;
  /** Carries one command out: pending while it runs, its refusal kept, its answer shown before it resolves. */
  run: (name: CommandName, argument: unknown, action: () => Promise<Confirmed>) => Promise<void>;
  login: (request: LoginRequest) => Promise<void>;
  logout: () => Promise<void>;
  takeOver: () => Promise<void>;
  refreshPhone: () => Promise<void>;
  bringPhoneUp: () => Promise<void>;
  /** A call is about to begin. */
  warmUp: () => void;
  /** For what holds also when the server cannot be told now. */
  owed: Pick<OwedCommands, 'give' | 'withdraw' | 'revoke'>;
}

/** The route of a command that may be owed. */
export function sendOwed(api: DeskApi, { command, callId, argument }: Owed): Promise<Confirmed> {
  switch (command) {
    case 'lock':
      return api.lock();
    case 'pause':
      return api.pause(argument as string);
    case 'setNextState':
      return api.setNextState(argument as NextState | null);
    case 'signOut':
      return api.signOut(argument as string[] | undefined);
    case 'hangupLeg':
      return api.hangupLeg(callId ?? '', argument as string);
    case 'hangup':
      // By its only other party, perhaps.
      if (typeof argument === 'string') return api.hangupLeg(callId ?? '', argument);
      return api.call(callId ?? '', command);
    case 'reject':
    case 'hold':
    case 'mute':
      return api.call(callId ?? '', command);
    default:
      return command satisfies never;
  }
}

/** The desk's commands, each a call of one route; what is particular to one is written here. */
export function createCommands(context: CommandContext): DeskCommands {
  const { api, run, owed } = context;
  const give = (command: OwedName, callId: string | null = null, argument?: unknown): Promise<void> =>
    run(command, [callId, argument], () => owed.give(command, callId, argument));
  const shown = (callId: string) => context.state().snapshot?.calls.find(({ id }) => id === callId);
  /** Makes each call of a command its own, where asking twice means two things. */
  let serial = 0;
  /** Digits are sent one request after the other: parallel ones could overtake each other. */
  let digitsBefore: Promise<unknown> = Promise.resolve();
  return {
    async login(request) {
      if (!isLoggedIn(context.state(), request)) await run('login', null, () => context.login(request));
    },
    async logout() {
      if (context.state().session !== null) await run('logout', null, () => context.logout());
    },
    signIn: (request) =>
      run('signIn', request, async () => {
        await owed.withdraw(['signOut'], null);
        const kind = request.device?.kind ?? context.state().snapshot?.agent.device.kind ?? 'browser';
        // A refusal of the phone is not the last word: the server decides whether the agent may sign in without.
        if (kind === 'browser') await context.bringPhoneUp().catch(() => {});
        return api.signIn(request);
      }),
    signOut: (groups) => give('signOut', null, groups),
    pause: (reasonId) => give('pause', null, reasonId),
    resumeWork: () =>
      run('resumeWork', null, async () => {
        await owed.withdraw(['pause', 'setNextState'], null);
        return api.resumeWork();
      }),
    endAcw: () => run('endAcw', null, () => api.endAcw()),
    setNextState: (next) => give('setNextState', null, next),
    lock: () => give('lock'),
    // Whoever does not know the password opens nothing, also while the server does not know of the lock.
    unlock: (password) => run('unlock', null, () => owed.revoke(['lock'], null, () => api.unlock(password))),
    async listPhones() {
      let phones: Awaited<ReturnType<DeskCommands['listPhones']>> = [];
      await run('listPhones', ++serial, async () => {
        phones = await api.deskPhones();
      });
      return phones;
    },
    dial(request) {
      context.warmUp();
      return run('dial', request, () => api.dial(request));
    },
    answer(callId) {
      context.warmUp();
      return run('answer', callId, async () => {
        await owed.withdraw(['reject', 'hangup'], callId);
        return api.call(callId, 'answer');
      });
    },
    reject(callId) {
      const phase = shown(callId)?.phase ?? 'offered';
      if (phase === 'offered' || phase === 'ended') return give('reject', callId);
      // Answered by now: nothing is ended by this, and the server says so.
      return run('reject', callId, () => api.call(callId, 'reject'));
    },
    hangup: (callId) => give('hangup', callId),
    hangupLeg(callId, legId) {
      const others = shown(callId)?.parties.filter(({ self, state }) => !self && state !== 'gone');
      // Nobody else is there: it ends the call, and silences this page at once.
      const command = others?.length === 1 && others[0]?.legId === legId ? 'hangup' : 'hangupLeg';
      return run('hangupLeg', [callId, legId], () => owed.give(command, callId, legId));
    },
    hold: (callId) => give('hold', callId),
    resumeCall: (callId) =>
      run('resumeCall', callId, async () => {
        await owed.withdraw(['hold'], callId);
        return api.call(callId, 'resume');
      }),
    mute: (callId) => give('mute', callId),
    unmute: (callId) =>
      run('unmute', callId, async () => {
        await owed.withdraw(['mute'], callId);
        return api.call(callId, 'unmute');
      }),
    sendDigits(callId, digits) {
      const turn = digitsBefore;
      const sent = run('sendDigits', ++serial, () => turn.then(() => api.sendDigits(callId, digits)));
      digitsBefore = sent.catch(() => {});
      return sent;
    },
    setCallData: (callId, data) => run('setCallData', [callId, data], () => api.setCallData(callId, data)),
    linkCustomer: (callId, customerId) =>
      run('linkCustomer', [callId, customerId], () => api.linkCustomer(callId, customerId)),
    wrapUp: (callId, request) => run('wrapUp', [callId, request], () => api.wrapUp(callId, request)),
    refreshPhone: () => run('refreshPhone', null, () => context.refreshPhone()),
    takeOver: () => run('takeOver', null, () => context.takeOver()),
  };
}
