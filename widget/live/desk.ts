import type { Locale } from '../../server/contract/wire.ts';
import type { DeskSnapshot } from '../../server/contract/desk.ts';
import type { CommandFailure } from './command-error.ts';
import type { OwedName } from './commands/command.ts';
import type { CommandName, DeskCommands } from './commands/table.ts';
import type { Session } from '../../server/contract/session.ts';
import type { SoftphoneState } from '../softphone/softphone.ts';

/**
 * Everything live that elements show, as one immutable value. Elements read it through `deskContext` and a controller
 * that subscribes; they pass intent back through `commands` and never fetch themselves.
 */
export interface DeskState {
  /**
   * anonymous: nobody is logged in. connecting: logged in, no snapshot yet. online. reconnecting: the socket is gone,
   * the last snapshot is shown as stale. taken-over: another page carries the desk; `commands.takeOver()` gets it back.
   */
  readonly connection: 'anonymous' | 'connecting' | 'online' | 'reconnecting' | 'taken-over';
  readonly session: Omit<Session, 'token' | 'endTicket'> | null;
  readonly snapshot: DeskSnapshot | null;
  readonly phone: SoftphoneState;
  /** Round trip of the realtime socket, ms. */
  readonly latencyMs: number | null;
  /** Server clock minus local clock, ms: clocks on screen are drawn with it. */
  readonly clockOffsetMs: number;
  /** Commands that were sent and not yet confirmed. */
  readonly pending: ReadonlySet<CommandName>;
  /** The last refusal of each command, until it succeeds or is dismissed. */
  readonly failures: Readonly<Partial<Record<CommandName, CommandFailure>>>;
  /** Commands that the page has carried out as far as it can alone, and the server when it can be reached. */
  readonly owed: readonly { readonly command: OwedName | 'logout'; readonly callId: string | null }[];
  /** Quality of the call in progress as the browser measures it. */
  readonly quality: {
    mos: number | null;
    roundTripMs: number | null;
    jitterMs: number | null;
    lossIn: number | null;
  } | null;
}

export interface Desk {
  readonly state: DeskState;
  readonly commands: DeskCommands;
  subscribe(listener: (state: DeskState) => void): () => void;
  dismissFailure(command: CommandName): void;
  dispose(): Promise<void>;
}

/** Size, and distances from the nearer edges of the window, px. */
export interface PopBox {
  right: boolean;
  bottom: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Choices of this browser, kept in its storage. */
export interface Preferences {
  /** Where the agent has put the screen pop; null: it finds a place by itself. */
  pop: PopBox | null;
  locale: Locale;
  theme: 'auto' | 'light' | 'dark';
  position: 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left' | 'top' | 'bottom';
  /** Where the floating bar was left, px from the edges of its corner. */
  offset: { x: number; y: number } | null;
  collapsed: boolean;
  ringDeviceId: string | null;
  speakerId: string | null;
  microphoneId: string | null;
  /** The microphone stays open between calls. */
  keepMicrophone: boolean;
  ringVolume: number;
  /** Panel that pops on a call, or null when the agent closed it for good. */
  lastTeam: string;
  lastUsername: string;
}
