import type { EndpointId, LegId, PlaybackId, RoomId } from '../../server/core/kernel/ids.ts';
import type { Intent } from '../../server/core/ports/effects.ts';
import type { LiveLeg, Voice } from '../../server/core/ports/switch.ts';
import type { Input, PlanStep } from '../../server/core/team/input.ts';

export interface ModelLeg {
  state: 'offered' | 'dialling' | 'up';
  endpointId: EndpointId | null;
  roomId: RoomId | null;
  voice: Voice;
  music: boolean;
}

/** What a switch has, and nothing of how: an intent is done at once, and what follows is told afterwards. */
export class ModelSwitch {
  readonly legs = new Map<LegId, ModelLeg>();
  readonly rooms = new Set<RoomId>();
  readonly tones = new Map<PlaybackId, LegId>();
  /** So many steps of plans fail from now on. */
  failing = 0;
  /** Asked after each step that changes who hears whom. */
  looked: () => void = () => undefined;

  offer(legId: LegId): void {
    const known = this.legs.get(legId);
    if (!known) this.#add(legId, 'offered', null);
  }

  answered(legId: LegId): void {
    const leg = this.legs.get(legId);
    if (leg) leg.state = 'up';
  }

  gone(legId: LegId): void {
    this.legs.delete(legId);
    for (const [playbackId, of] of this.tones) if (of === legId) this.tones.delete(playbackId);
  }

  live(): LiveLeg[] {
    return [...this.legs].map(([legId, { state, roomId, endpointId }]) => ({
      ...{ legId, roomId, endpointId },
      state: state === 'up' ? 'answered' : state,
    }));
  }

  /** Whom the leg hears. */
  heardBy(legId: LegId): LegId[] {
    const ear = this.legs.get(legId);
    if (!ear?.roomId || ear.music) return [];
    return [...this.legs].flatMap(([other, { roomId, voice, music }]) => {
      if (other === legId || roomId !== ear.roomId || music || voice.kind === 'listen') return [];
      return voice.kind === 'all' || voice.to === legId ? [other] : [];
    });
  }

  /** @returns what is told: confirmations, answers of devices that answer by themselves, failures */
  do(intents: readonly Intent[], isOnline: (endpointId: EndpointId) => boolean): Input[] {
    const told: Input[] = [];
    const failed: Array<{ intent: Intent; step: PlanStep }> = [];
    for (const intent of intents) {
      const fails =
        intent.plan !== undefined && this.failing > 0 && ['place', 'music', 'open-room'].includes(intent.op);
      if (fails) {
        this.failing -= 1;
        failed.push({ intent, step: { op: intent.op, legId: 'legId' in intent ? intent.legId : null } });
        continue;
      }
      told.push(...this.#one(intent, isOnline));
      const isGone = 'legId' in intent && !this.legs.has(intent.legId);
      if (intent.done && failed.length === 0 && !isGone) told.push(intent.done);
      this.looked();
    }
    const [first] = failed;
    if (first) {
      const steps = failed.map(({ step }) => step);
      const { callId, plan = 0 } = first.intent;
      told.push({ type: 'PlanFailed', callId, version: plan, steps, away: false });
    }
    return told;
  }

  #one(intent: Intent, isOnline: (endpointId: EndpointId) => boolean): Input[] {
    const leg = 'legId' in intent ? this.legs.get(intent.legId) : undefined;
    switch (intent.op) {
      case 'dial': {
        const { legId, target, autoAnswer } = intent.request;
        const endpointId = target.kind === 'endpoint' ? target.endpointId : null;
        if (endpointId && !isOnline(endpointId)) {
          return [{ type: 'LegEnded', legId, cause: 'unreachable', side: 'switch' }];
        }
        this.#add(legId, autoAnswer ? 'up' : 'dialling', endpointId);
        return autoAnswer ? [{ type: 'LegAnswered', legId }] : [];
      }
      case 'answer':
        if (leg) leg.state = 'up';
        else this.#add(intent.legId, 'up', null);
        return [];
      case 'hangup':
      case 'reject': {
        if (!leg) return [];
        this.gone(intent.legId);
        return [{ type: 'LegEnded', legId: intent.legId, cause: 'normal', side: 'near' }];
      }
      case 'open-room':
        this.rooms.add(intent.roomId);
        return [];
      case 'close-room':
        this.rooms.delete(intent.roomId);
        for (const each of this.legs.values()) if (each.roomId === intent.roomId) each.roomId = null;
        return [];
      case 'place':
        if (leg) Object.assign(leg, { roomId: intent.roomId, voice: intent.voice });
        return [];
      case 'remove':
        if (leg) leg.roomId = null;
        return [];
      case 'music':
        if (leg) leg.music = intent.on;
        return [];
      case 'play':
        if ('leg' in intent.request.target)
          this.tones.set(intent.request.playbackId, intent.request.target.leg);
        return [];
      case 'stop-playback':
        this.tones.delete(intent.playbackId);
        return [];
      default:
        return [];
    }
  }

  #add(legId: LegId, state: ModelLeg['state'], endpointId: EndpointId | null): void {
    this.legs.set(legId, { state, endpointId, roomId: null, voice: { kind: 'listen' }, music: false });
  }
}
