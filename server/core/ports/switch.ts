import type { EndCause } from '../../vocabulary/causes.ts';
import type { EndpointId, LegId, PlaybackId, RecordingId, RoomId } from '../kernel/ids.ts';

/**
 * The telephone switch in domain words. Adapters know SIP or ARI; nobody above this port does.
 *
 * Ids are given by the caller, because events can arrive before the reply of the intent that caused them.
 * The one exception is a leg that the switch offers: its id is made by the adapter with the id source it was given.
 *
 * Every intent resolves when the switch has confirmed it and rejects with a `SwitchError`. Intents about a leg that has
 * ended reject with `no-such-leg`; hanging up a leg that has ended resolves.
 */
export interface Switch {
  readonly capabilities: SwitchCapabilities;
  /** Whether calls can be taken now: not before `start`, nor between `switch-down` and `switch-up`. */
  readonly up: boolean;
  /**
   * Opens sockets and starts what belongs to the switch; resolves when calls can be taken, or when the switch is away and
   * is being waited for: `up` is false then, and `switch-up` follows.
   */
  start(): Promise<void>;
  /**
   * Releases every socket, child process and timer. Ends all legs, unless they outlive the server: then legs and rooms are
   * left as they are.
   */
  stop(): Promise<void>;
  /** Events come in order per leg. Returns the disposer. A listener must not throw. */
  subscribe(listener: (event: SwitchEvent) => void): () => void;

  /**
   * Makes an endpoint known, or replaces its credential, and says where it registers. Registrations that exist survive a
   * new credential.
   */
  provision(endpoint: EndpointSpec): Promise<Provisioned>;
  /** Forgets an endpoint, drops its registration; legs in progress go on. */
  retire(endpointId: EndpointId): Promise<void>;
  /** Who is registered now. */
  endpoints(): Promise<EndpointStatus[]>;

  /** Calls out. Resolves when the request has left; the fate of the leg comes as events. */
  dial(request: DialRequest): Promise<void>;
  /** Tells an offered leg that it rings at the far side (180). */
  ring(legId: LegId): Promise<void>;
  /** Answers an offered leg (200); one that is answered stays so. */
  answer(legId: LegId): Promise<void>;
  /** Refuses an offered leg. */
  reject(legId: LegId, cause: EndCause): Promise<void>;
  hangup(legId: LegId, cause?: EndCause): Promise<void>;
  /**
   * Lets go of an answered leg and joins it with a number of the outside world, which the switch dials by itself. The leg
   * ends with the cause `handed-over`, and its recordings and playbacks with it; what follows is told to nobody. Its party
   * hears the ringing; when the number is busy or not reached it hears that tone for some seconds and is released.
   * Rejects with `no-route` for what is no telephone number, or has no line; the leg then stays as it was.
   */
  handOver(legId: LegId, number: string, options: HandOverOptions): Promise<void>;

  /**
   * Tells the far side of a leg that the transfer it has asked for is not to be; it goes on. Of one that asks for none it
   * resolves.
   */
  refuseTransfer(legId: LegId, cause: EndCause): Promise<void>;

  /** A room that is open stays as it is. */
  openRoom(roomId: RoomId): Promise<void>;
  /** Closes a room; legs that are still in it stay up, alone. */
  closeRoom(roomId: RoomId): Promise<void>;
  /** Puts a leg into a room with a voice. From another room it moves in one step; in the same room only the voice changes. */
  place(legId: LegId, roomId: RoomId, voice: Voice): Promise<void>;
  /** Takes a leg out of its room; it hears silence. */
  remove(legId: LegId): Promise<void>;

  /** While music is on, the leg hears only the music and nobody hears the leg. It keeps its place in its room. */
  music(legId: LegId, on: boolean): Promise<void>;
  /**
   * Plays a source once (or in a loop, until stopped) over whatever the target hears, in place of what is played to the
   * same target already. Ends with `playback-finished`.
   */
  play(request: PlayRequest): Promise<void>;
  stopPlayback(playbackId: PlaybackId): Promise<void>;

  /** Records what the target says and hears (leg) or everything said in it (room) to a WAV file. */
  record(request: RecordRequest): Promise<void>;
  /** What is said while it is paused is left out, not kept as silence. Resolves for one that is over, as resuming does. */
  pauseRecording(recordingId: RecordingId): Promise<void>;
  resumeRecording(recordingId: RecordingId): Promise<void>;
  /** Ends with `recording-finished`, as does the end of the leg or room. */
  stopRecording(recordingId: RecordingId): Promise<void>;

  /** Sends digits (0-9 * # A-D) to the far side of the leg as RFC 4733 events, or INFO where it takes no events. */
  sendDigits(legId: LegId, digits: string): Promise<void>;
  /** Every leg that is alive on the switch now, for resynchronising: also those of an earlier server process. */
  legs(): Promise<LiveLeg[]>;
  /** Every room that is open now, likewise. */
  rooms(): Promise<RoomId[]>;
}

export interface SwitchCapabilities {
  /** Legs may be placed to speak to one other only. */
  readonly whisper: boolean;
  readonly recordLeg: boolean;
  readonly recordRoom: boolean;
  readonly pauseRecording: boolean;
  readonly handOver: boolean;
  /** Sources of kind `text` can be played. */
  readonly speech: boolean;
  /** `quality` events are sent. */
  readonly quality: boolean;
  /**
   * Legs, rooms, music and registrations live on while no server is there, under the ids that they were given: `stop` leaves
   * them alone, and `legs` and `rooms` of the next process tell them. False: they end with the server.
   */
  readonly legsOutliveServer: boolean;
  /** Registered browsers and phones need a WebSocket path of this server (embedded) or live elsewhere. */
  readonly signallingPath: string | null;
}

export type EndpointKind =
  /** An agent's browser phone or desk phone. Calls from it are the agent's own. */
  | 'agent'
  /** A line of the outside world (the demo's customer phone): calls from it come in as from the trunk. */
  | 'outside';

export interface EndpointSpec {
  endpointId: EndpointId;
  kind: EndpointKind;
  /** SIP user name, unique on the switch. */
  username: string;
  /** Digest HA1 = MD5(username:realm:password), hex (RFC 3261 §22.4). The clear password never reaches the port. */
  ha1: string;
  /** SHA-256 variant of HA1 (RFC 8760), hex; absent: only MD5 is offered. */
  ha1Sha256?: string;
  /** When the credential stops being accepted for new registrations and calls, ms since the epoch; null: never. */
  expiresAt: number | null;
  /** `browser`: only over WebSocket with WebRTC media; `phone`: over UDP with plain RTP. */
  device: 'browser' | 'phone';
  displayName: string;
  /** For kind `outside`: the number it calls from, and on which it can be dialled. */
  number?: string;
}

export interface Provisioned {
  /** SIP over WebSocket as a browser reaches it, absolute; null: this server's own path. */
  signallingUrl: string | null;
}

export interface EndpointStatus {
  endpointId: EndpointId;
  online: boolean;
  address?: string;
  userAgent?: string;
  /** Round trip of the last OPTIONS or ping, ms. */
  latencyMs?: number;
}

export type DialTarget =
  | { kind: 'endpoint'; endpointId: EndpointId }
  /** A number of the outside world: over the trunk, or to an `outside` endpoint that is online with this number. */
  | { kind: 'number'; number: string };

export interface DialRequest {
  legId: LegId;
  target: DialTarget;
  /** What the called side sees. */
  callerId: { number: string; name?: string };
  /** Time the far side may ring, ms; then the leg ends with `no-answer`. */
  ringMs: number;
  /** The phone answers by itself (browser: header with this token; desk phone: Call-Info answer-after=0). */
  autoAnswer?: string;
  /** Extra headers, names starting with `X-`; control characters are refused. */
  headers?: Readonly<Record<string, string>>;
  /** A leg that this one will be joined with: a switch of several nodes calls from the node of that leg if it can. */
  near?: LegId;
}

export interface HandOverOptions {
  /** What the number sees; an empty number: withheld. */
  callerId: { number: string; name?: string };
}

/** Who a leg speaks to and whom it hears. */
export type Voice =
  | { kind: 'all' }
  /** Speaks to nobody, hears all: muted agent, silent listener. */
  | { kind: 'listen' }
  /** Speaks to one leg only, hears all: coach. */
  | { kind: 'whisper'; to: LegId };

export type PlayTarget = { leg: LegId } | { room: RoomId };

export type PlaySource =
  /** WAV file (8, 16 or 48 kHz, 16-bit PCM or G.711, mono or stereo), absolute path. */
  | { kind: 'file'; path: string }
  /**
   * Named call progress tone of the team's country (ITU-T E.180). `monitored`: quiet and short, with a long pause, as somebody
   * listens. `press-key`: two short beeps and a pause, as a key is to be pressed.
   */
  | { kind: 'tone'; tone: 'ringback' | 'busy' | 'congestion' | 'beep' | 'monitored' | 'press-key' }
  | { kind: 'frequency'; hz: number; ms: number }
  | { kind: 'digits'; digits: string }
  /** Spoken by the switch, in a language by its BCP 47 tag. `unsupported` without the capability `speech`. */
  | { kind: 'text'; text: string; language: string };

export interface PlayRequest {
  playbackId: PlaybackId;
  target: PlayTarget;
  source: PlaySource;
  loop?: boolean;
  /**
   * Of a leg: beside everything that it hears, which goes on, and beside what else is played to it. Nobody else hears it, and no
   * recording has it.
   */
  mixed?: boolean;
}

export interface RecordRequest {
  recordingId: RecordingId;
  target: PlayTarget;
  /** Absolute path of the WAV file; folders exist. Leg: stereo (left: from the leg, right: to it); room: mono. 8 kHz, 16-bit PCM. */
  path: string;
}

export interface LiveLeg {
  legId: LegId;
  state: 'offered' | 'dialling' | 'ringing' | 'answered';
  roomId: RoomId | null;
  endpointId: EndpointId | null;
  /** Of a leg that waits for our answer, on a switch whose legs outlive the server: how it was offered. */
  offer?: LegOffer;
}

/** A call from outside or from an endpoint. `dialled` is the request's user part. */
export interface LegOffer {
  from: LegSource;
  dialled: string;
  headers: Readonly<Record<string, string>>;
}

export type { EndCause };

/** Which side ended it: the far side, we, or neither. */
export type EndSide = 'far' | 'near' | 'switch';

export type LegSource =
  | { kind: 'endpoint'; endpointId: EndpointId }
  /** From outside: the trunk, or an `outside` endpoint. `number` is '' when withheld. */
  | { kind: 'trunk'; number: string; name?: string };

export interface QualitySample {
  /** Round trip as RTCP measures it, ms; null until known. */
  roundTripMs: number | null;
  /** Interarrival jitter of what we receive, ms (RFC 3550 §6.4.1). */
  jitterMs: number;
  /** Share of packets lost, 0 to 1: what we did not get, and what the far side reports. */
  lossIn: number;
  lossOut: number | null;
  /** Estimated MOS, 1 to 4.5 (ITU-T G.107 simplified). */
  mos: number;
}

export type SwitchEvent =
  /** It waits for ring, answer or reject. */
  | ({ type: 'leg-offered'; legId: LegId } & LegOffer)
  /** The far side rings. With early media the leg can be placed already and carries the network's own tones. */
  | { type: 'leg-ringing'; legId: LegId; earlyMedia: boolean }
  | { type: 'leg-answered'; legId: LegId }
  /**
   * Its far side holds with its own button: a desk phone, or the telephone of a customer. It hears nothing of what it is
   * sent, and says nothing (or plays music of its own).
   */
  | { type: 'leg-held'; legId: LegId }
  /** The far side of a held leg has taken the call back. */
  | { type: 'leg-resumed'; legId: LegId }
  /**
   * The telephone of an answered leg, an agent's, asks that its call is passed on to what it names, as if it had dialled that. It
   * waits for the answer, and is told: that it is done when the leg is hung up with `handed-over`; refused by
   * `refuseTransfer`, or with any other end. It asks for one at a time; lines outside, and who would join two of its calls,
   * are refused by the switch.
   */
  | { type: 'transfer-asked'; legId: LegId; to: string }
  /** Ended with a goodbye, a refusal or by us. Last event of a leg. */
  | { type: 'leg-ended'; legId: LegId; cause: EndCause; side: EndSide; sipStatus?: number }
  /** Transport or media gone without a goodbye; the leg is dead. Last event of a leg. */
  | { type: 'leg-lost'; legId: LegId; cause: 'media-lost' | 'signalling-lost' | 'switch-failure' }
  | { type: 'digit'; legId: LegId; digit: string; durationMs: number }
  | { type: 'quality'; legId: LegId; sample: QualitySample }
  | {
      type: 'playback-finished';
      playbackId: PlaybackId;
      reason: 'completed' | 'stopped' | 'failed';
      message?: string;
    }
  | {
      type: 'recording-finished';
      recordingId: RecordingId;
      path: string;
      durationMs: number;
      failed?: string;
    }
  | {
      type: 'endpoint-online';
      endpointId: EndpointId;
      address: string;
      userAgent: string;
      latencyMs: number | null;
    }
  /** The round trip of the signalling link was measured again, ms. Sent at most every few seconds. */
  | { type: 'endpoint-latency'; endpointId: EndpointId; latencyMs: number }
  | {
      type: 'endpoint-offline';
      endpointId: EndpointId;
      reason: 'unregistered' | 'expired' | 'lost' | 'displaced';
    }
  /** What the endpoint registers with has gone away: provisioned again it is given another place to register. */
  | { type: 'endpoint-moved'; endpointId: EndpointId }
  /** Calls cannot be taken; every leg that died with it is told by its own event. */
  | { type: 'switch-down'; reason: string }
  /** They can again; also without an absence before, when a part has come that brings legs of an earlier server process. */
  | { type: 'switch-up' };

export type SwitchErrorCode =
  | 'no-such-leg'
  | 'no-such-room'
  | 'no-such-endpoint'
  | 'endpoint-offline'
  | 'no-route'
  | 'wrong-state'
  | 'bad-source'
  | 'unsupported'
  | 'switch-down';

export class SwitchError extends Error {
  readonly code: SwitchErrorCode;
  constructor(code: SwitchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SwitchError';
    this.code = code;
  }
}
