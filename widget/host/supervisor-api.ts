import type { Run } from './agent-api.ts';
import { reasonOf } from './meant.ts';
import type { TelebarForced, TelebarSupervisor } from './telebar.ts';

/** `Telebar.supervisor` */
export function supervisorApi(run: Run): TelebarSupervisor {
  return {
    listen: ({ agent }) => run((desk) => desk.commands.listen(agent)),
    whisper: ({ agent }) => run((desk) => desk.commands.whisper(agent)),
    barge: ({ agent }) => run((desk) => desk.commands.barge(agent)),
    stop: ({ agent }) => run((desk) => desk.commands.stopMonitoring(agent)),
    takeOver: (of) => run((desk) => desk.commands.takeOverCall(of.agent, based(of))),
    hangup: (of) => run((desk) => desk.commands.forceHangup(of.agent, based(of))),
    pause: ({ reason, ...of }) =>
      run(async (desk) => {
        const reasonId = reasonOf(desk.state.snapshot?.team.pauseReasons, reason);
        await desk.commands.forcePause(of.agent, { ...based(of), reasonId });
      }),
    idle: (of) => run((desk) => desk.commands.forceIdle(of.agent, based(of))),
    signOut: (of) => run((desk) => desk.commands.forceSignOut(of.agent, based(of))),
  };
}

function based({ basedOn }: TelebarForced): Pick<TelebarForced, 'basedOn'> {
  return basedOn === undefined ? {} : { basedOn };
}
