import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { LegId, PlaybackId, RecordingId, RoomId } from '../../server/core/kernel/ids.ts';
import type { IdSource } from '../../server/core/kernel/id-source.ts';
import type { Switch, SwitchEvent } from '../../server/core/ports/switch.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import type { CallCentre, RestClient } from '../support/call-centre.ts';

/** What is measured, in the order in which a call goes through it. */
export const OPERATIONS = [
  'open a room',
  'dial',
  'hold',
  'resume',
  'mute',
  'unmute',
  'move to another room',
  'play',
  'stop playing',
  'record a room',
  'stop recording',
  'send a digit',
  'hang up a call',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Where the operations are asked for. Those that a level does not have are left out. */
export interface Level {
  /** The operations of one call, made anew for each; preparation and tidying up are not measured. */
  call(): Promise<LevelCall>;
  close(): Promise<void>;
}

export interface LevelCall {
  readonly operations: Partial<Record<Operation, () => Promise<unknown>>>;
  /** After `dial`, when the far sides have answered and everybody is in the room. */
  settle(): Promise<void>;
  /** After `hang up a call`. */
  over(): Promise<void>;
}

const NUMBER = '13800138000';

/** The requests that do the same on Asterisk, without Telebar. */
export async function rawAri(node: AsteriskNode, ids: IdSource): Promise<Level> {
  const app = 'bench-raw';
  const socket = new WebSocket(`${node.ariUrl.replace('http', 'ws')}/ari/events?app=${app}`, {
    headers: { authorization: `Basic ${Buffer.from(`${node.user}:${node.password}`).toString('base64')}` },
  });
  const events: { type: string; channel?: { id: string; state: string } }[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    events.push(JSON.parse(data.toString()) as (typeof events)[number]);
    for (const look of [...waiting]) look();
  });
  await once(socket, 'open');
  const until = (fits: (event: (typeof events)[number]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!events.some(fits)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const ask = (method: string, path: string): Promise<unknown> => node.ari(method, path);
  return {
    call: async () => {
      events.length = 0;
      const [room, other] = [ids.next<string>('raw'), ids.next<string>('raw')];
      const [own, far] = [ids.next<string>('raw'), ids.next<string>('raw')];
      const dial = async (channelId: string): Promise<void> => {
        await ask(
          'POST',
          `/channels/create?endpoint=PJSIP/${NUMBER}@trunk&app=${app}&channelId=${channelId}`,
        );
        await until(({ type, channel }) => type === 'StasisStart' && channel?.id === channelId);
        await ask('POST', `/channels/${channelId}/dial?timeout=10`);
      };
      const up = (channelId: string): Promise<void> =>
        until(
          ({ type, channel }) =>
            type === 'ChannelStateChange' && channel?.id === channelId && channel.state === 'Up',
        );
      let sound = '';
      let recording = '';
      return {
        operations: {
          'open a room': () => ask('POST', `/bridges/${room}?type=mixing,dtmf_events`),
          dial: () => dial(far),
          hold: async () => {
            await ask('POST', `/bridges/${room}/removeChannel?channel=${far}`);
            await ask('POST', `/channels/${far}/moh`);
          },
          resume: async () => {
            await ask('DELETE', `/channels/${far}/moh`);
            await ask('POST', `/bridges/${room}/addChannel?channel=${far}`);
          },
          mute: () => ask('POST', `/channels/${own}/mute?direction=in`),
          unmute: () => ask('DELETE', `/channels/${own}/mute?direction=in`),
          'move to another room': () => ask('POST', `/bridges/${other}/addChannel?channel=${own}`),
          play: () => {
            sound = ids.next<string>('raw');
            return ask('POST', `/channels/${own}/play?media=sound:beep&playbackId=${sound}`);
          },
          'stop playing': () => ask('DELETE', `/playbacks/${sound}`).catch(alreadyOver),
          'record a room': () => {
            recording = ids.next<string>('raw');
            return ask('POST', `/bridges/${room}/record?name=${recording}&format=wav`);
          },
          'stop recording': () => ask('POST', `/recordings/live/${recording}/stop`),
          'send a digit': () => ask('POST', `/channels/${far}/dtmf?dtmf=5&duration=100&between=100`),
          'hang up a call': async () => {
            await ask('DELETE', `/channels/${own}`);
            await ask('DELETE', `/channels/${far}`);
            await ask('DELETE', `/bridges/${room}`);
          },
        },
        settle: async () => {
          await ask('POST', `/bridges/${other}?type=mixing,dtmf_events`);
          await dial(own);
          await Promise.all([up(own), up(far)]);
          await ask('POST', `/bridges/${room}/addChannel?channel=${own},${far}`);
        },
        over: () => ask('DELETE', `/bridges/${other}`) as Promise<void>,
      };
    },
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** The port, in this process. */
export function port(telephone: Switch, ids: IdSource, folder: string): Level {
  const events: SwitchEvent[] = [];
  const waiting = new Set<() => void>();
  const unsubscribe = telephone.subscribe((event) => {
    events.push(event);
    for (const look of [...waiting]) look();
  });
  const answered = (legId: LegId): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!events.some((event) => event.type === 'leg-answered' && event.legId === legId)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    call: async () => {
      events.length = 0;
      const [room, other] = [ids.next<RoomId>('room'), ids.next<RoomId>('room')];
      const [own, far] = [ids.next<LegId>('leg'), ids.next<LegId>('leg')];
      const dial = (legId: LegId): Promise<void> =>
        telephone.dial({
          legId,
          target: { kind: 'number', number: NUMBER },
          callerId: { number: '400100' },
          ringMs: 10_000,
        });
      let playbackId = '' as PlaybackId;
      let recordingId = '' as RecordingId;
      return {
        operations: {
          'open a room': () => telephone.openRoom(room),
          dial: () => dial(far),
          hold: () => telephone.music(far, true),
          resume: () => telephone.music(far, false),
          mute: () => telephone.place(own, room, { kind: 'listen' }),
          unmute: () => telephone.place(own, room, { kind: 'all' }),
          'move to another room': () => telephone.place(own, other, { kind: 'all' }),
          play: () => {
            playbackId = ids.next<PlaybackId>('play');
            return telephone.play({
              playbackId,
              target: { leg: own },
              source: { kind: 'tone', tone: 'busy' },
            });
          },
          'stop playing': () => telephone.stopPlayback(playbackId).catch(alreadyOver),
          'record a room': () => {
            recordingId = ids.next<RecordingId>('rec');
            return telephone.record({ recordingId, target: { room }, path: `${folder}/${recordingId}.wav` });
          },
          'stop recording': () => telephone.stopRecording(recordingId),
          'send a digit': () => telephone.sendDigits(far, '5'),
          'hang up a call': async () => {
            await telephone.hangup(own);
            await telephone.hangup(far);
            await telephone.closeRoom(room);
          },
        },
        settle: async () => {
          await telephone.openRoom(other);
          await dial(own);
          await Promise.all([answered(own), answered(far)]);
          for (const legId of [own, far]) await telephone.place(legId, room, { kind: 'all' });
        },
        over: () => telephone.closeRoom(other),
      };
    },
    close: async () => unsubscribe(),
  };
}

/** The server's REST API, as the phone bar uses it, with a desk phone that answers by itself. */
export async function rest(centre: CallCentre): Promise<Level> {
  const agent = await centre.login('1001');
  await must(agent, '/agent/sign-in', { device: { kind: 'phone', endpointId: 'phone_demo_1001' } });
  return {
    call: async () => {
      let id = '';
      const command = (name: string, body?: object) => (): Promise<unknown> =>
        must(agent, `/calls/${id}/${name}`, body);
      return {
        operations: {
          hold: command('hold'),
          resume: command('resume'),
          mute: command('mute'),
          unmute: command('unmute'),
          'send a digit': command('digits', { digits: '5' }),
          'hang up a call': command('hangup'),
        },
        settle: async () => {
          ({ id } = (await must(agent, '/calls', { number: NUMBER })) as { id: string });
          await until(async () => (await phaseOf(agent, id)) === 'talking');
        },
        over: async () => {
          await agent.send('POST', '/agent/end-acw');
          await until(async () => {
            const { agent: view } = await agent.get<{ agent: { state: string } }>('/desk');
            return view.state === 'idle';
          });
        },
      };
    },
    close: async () => {
      await centre.sendHome('1001');
    },
  };
}

/** Asterisk may refuse to stop what ends in this moment; the answer takes as long. */
function alreadyOver(error: unknown): void {
  if (!/ 404 | 500 /.test(String(error))) throw error;
}

async function must(agent: RestClient, path: string, body?: object): Promise<unknown> {
  const answer = await agent.send('POST', path, body);
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function phaseOf(agent: RestClient, id: string): Promise<string | undefined> {
  const { calls } = await agent.get<{ calls: { id: string; phase: string }[] }>('/desk');
  return calls.find((call) => call.id === id)?.phase;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error('waited ten seconds in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
