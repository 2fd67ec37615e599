import type { Desk } from '../live/desk.ts';
import type { Mounted } from './mount.ts';
import { deviceOf, groupOf, reasonOf } from './meant.ts';
import type { TelebarAgent, TelebarState } from './telebar.ts';

/** Runs a command when Telebar is on the page, and answers with the state that it has confirmed. */
export type Run = (action: (desk: Desk, mounted: Mounted) => Promise<unknown>) => Promise<TelebarState>;

/** `Telebar.agent` */
export function agentApi(run: Run): TelebarAgent {
  return {
    login: (request) => run((desk) => desk.commands.login(request)),
    logout: () => run((desk) => desk.commands.logout()),
    signIn: ({ groups, device } = {}) =>
      run(async (desk) => {
        const chosen = device === undefined ? undefined : await deviceOf(desk, device);
        await desk.commands.signIn({
          ...(groups === undefined ? {} : { groups: groups.map((group) => groupOf(desk, group)) }),
          ...(chosen === undefined ? {} : { device: chosen }),
        });
      }),
    signOut: ({ groups } = {}) =>
      run(async (desk) => desk.commands.signOut(groups?.map((group) => groupOf(desk, group)))),
    pause: (reason) =>
      run(async (desk) => desk.commands.pause(reasonOf(desk.state.snapshot?.team.pauseReasons, reason))),
    resume: () => run((desk) => desk.commands.resumeWork()),
    lock: () => run((desk) => desk.commands.lock()),
    setNextState: (next) => run((desk) => desk.commands.setNextState(next)),
    endAcw: () => run((desk) => desk.commands.endAcw()),
  };
}
