import type { SignInRequest } from '../../../server/contract/commands.ts';
import type { NextState } from '../../../server/contract/desk.ts';
import type { UnlockRequest } from '../../../server/contract/login.ts';
import { ofAgent } from './command.ts';

/** Of the agent's presence. */
export const agentCommands = {
  signIn: ofAgent({
    send: (api, request: SignInRequest) => api.signIn(request),
    undoes: ['signOut'],
    // A refusal of the phone is not the last word: the server decides whether the agent may sign in without.
    async before(page, { device }: SignInRequest) {
      if ((device?.kind ?? page.device ?? 'browser') === 'browser') await page.bringPhoneUp().catch(() => {});
    },
    host: 'agent.signIn',
    event: 'telebar-agent-state',
  }),
  signOut: ofAgent({
    send: (api, groups?: string[]) => api.signOut(groups),
    owed: {
      done: ['not-signed-in'],
      replaces: ['signOut', 'pause', 'setNextState'],
      givenUp: true,
      isSo: (_call, agent, argument) =>
        agent.groups.every(
          ({ groupId, signedInSince }) =>
            signedInSince === null || !((argument ?? [groupId]) as string[]).includes(groupId),
        ),
      // Leaving one group says nothing of the others.
      ofArgument: (argument) => argument !== undefined,
    },
    host: 'agent.signOut',
    event: 'telebar-agent-state',
  }),
  pause: ofAgent({
    send: (api, reasonId: string) => api.pause(reasonId),
    owed: { done: [], replaces: ['pause', 'setNextState'], givenUp: true },
    host: 'agent.pause',
    event: 'telebar-agent-state',
  }),
  resumeWork: ofAgent({
    send: (api) => api.resumeWork(),
    undoes: ['pause', 'setNextState'],
    host: 'agent.resume',
    event: 'telebar-agent-state',
  }),
  endAcw: ofAgent({
    send: (api) => api.endAcw(),
    host: 'agent.endAcw',
    event: 'telebar-wrapup-done',
  }),
  setNextState: ofAgent({
    send: (api, next: NextState | null) => api.setNextState(next),
    owed: { done: [], replaces: ['setNextState', 'pause'], givenUp: true },
    host: 'agent.setNextState',
  }),
  lock: ofAgent({
    send: (api) => api.lock(),
    // What is shown of a lock may be this page's own.
    owed: { done: ['locked'], replaces: ['lock'] },
    host: 'agent.lock',
  }),
  unlock: ofAgent({
    send: (api, request: UnlockRequest) => api.unlock(request),
    // Whoever does not know the password opens nothing, also while the server does not know of the lock.
    opens: ['lock'],
  }),
} as const;
