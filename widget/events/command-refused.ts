import type { CommandFailure } from '../live/command-error.ts';
import type { CommandName } from '../live/commands/table.ts';
import { TelebarEvent, type EventStamp } from './telebar-event.ts';

export interface CommandRefusedDetail extends EventStamp, CommandFailure {
  /** Name of the refused command; null when no command was at fault. */
  command: CommandName | null;
}

/** A command was refused, or something else went wrong that the agent sees. */
export class CommandRefusedEvent extends TelebarEvent<CommandRefusedDetail> {
  static readonly type = 'telebar-error';

  constructor(detail: CommandRefusedDetail) {
    super(CommandRefusedEvent.type, detail);
  }
}

declare global {
  interface HTMLElementEventMap {
    'telebar-error': CommandRefusedEvent;
  }
}
