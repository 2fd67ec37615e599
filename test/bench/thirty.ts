import { setTimeout as pause } from 'node:timers/promises';
import type { DeskSnapshot } from '../../server/contract/desk.ts';
import { CallCentre, type SwitchName } from '../support/call-centre.ts';
import { amplitudeAt } from '../support/goertzel.ts';
import type { RtpEndpoint } from '../support/rtp-endpoint.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { childrenOf, cpuOf } from './processes.ts';
import { progress } from './side-by-side.ts';

/**
 * A call of thirty, brought together as an agent does it: one after the other called in over REST. Each speaks a tone of its own,
 * and is asked what it hears.
 */
const PARTIES = 30;
const SECONDS = 6;
/** Each party's tone: far enough apart for a second of listening, and within the band of a telephone, Hz. */
const LOWEST_HZ = 350;
const STEP_HZ = 100;
/** All together stay below what a sample can hold. */
const AMPLITUDE = 900;
const HEARD = 200;

export interface Thirty {
  /** Of the others whom each should hear, those whom it hears: 1 is all. */
  readonly heard: number;
  /** How often somebody hears its own voice. */
  readonly echoes: number;
  /** From the first order to the last answer, s. */
  readonly gathered: number;
  /** Of one core, while all speak: the server's part, and what carries the voices. */
  readonly serverCpu: number;
  readonly mediaCpu: number;
}

export async function thirtyOn(on: SwitchName): Promise<Thirty> {
  const carrier = await SipPeer.open({ switchPort: 0, incoming: 'answer' });
  const centre = await CallCentre.start(
    { TELEBAR_LOG_LEVEL: 'warn', TELEBAR_TRUNK: `127.0.0.1:${carrier.localPort}` },
    on,
  );
  const phone = await SipPeer.open({
    switchPort: centre.sipPort,
    username: '1001',
    password: 'telebar-demo',
    incoming: 'answer',
  });
  try {
    await phone.register();
    const gathered = await gather(centre);
    const voices = [phone, carrier].flatMap(({ calls }) => calls.map(({ rtp }) => rtp));
    if (voices.length !== PARTIES) throw new Error(`${voices.length} parties came`);
    voices.forEach((rtp, index) => rtp.say(LOWEST_HZ + index * STEP_HZ, AMPLITUDE));
    await pause(1_000);
    const { heard, echoes } = await listen(voices);
    const cpu = await cpuDuring(centre);
    progress(`${on}: ${PARTIES} parties, ${(heard * 100).toFixed(1)} % heard`);
    return { heard, echoes, gathered, ...cpu };
  } finally {
    await centre.stop();
    await phone.close();
    await carrier.close();
  }
}

/** The agent calls a customer, and then everybody else in. @returns s */
async function gather(centre: CallCentre): Promise<number> {
  const me = await centre.login('1001');
  const must = async (path: string, body: object): Promise<{ id: string }> => {
    const answer = await me.send('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as { id: string };
  };
  await must('/agent/sign-in', { device: { kind: 'phone', endpointId: 'phone_demo_1001' } });
  const { id } = await must('/calls', { number: '13800138000' });
  const from = performance.now();
  const talking = async (): Promise<number> => {
    const { calls } = await me.get<DeskSnapshot>('/desk');
    const call = calls.find((each) => each.id === id);
    // Who has answered is not joined yet.
    if (call?.phase !== 'talking') return 0;
    return call.parties.filter(({ state }) => state === 'talking').length;
  };
  for (let party = 2; party <= PARTIES; party += 1) {
    while ((await talking()) < party) await pause(20);
    if (party < PARTIES) await must(`/calls/${id}/add`, { target: { number: `1380000${1000 + party}` } });
  }
  return (performance.now() - from) / 1000;
}

async function listen(voices: readonly RtpEndpoint[]): Promise<Pick<Thirty, 'heard' | 'echoes'>> {
  const all = await Promise.all(voices.map((rtp) => rtp.listen(1_000)));
  let heard = 0;
  let echoes = 0;
  all.forEach((samples, ear) => {
    for (let mouth = 0; mouth < voices.length; mouth += 1) {
      const isHeard = amplitudeAt(samples, LOWEST_HZ + mouth * STEP_HZ) > HEARD;
      if (isHeard && mouth === ear) echoes += 1;
      else if (isHeard) heard += 1;
    }
  });
  return { heard: heard / (voices.length * (voices.length - 1)), echoes };
}

async function cpuDuring(centre: CallCentre): Promise<Pick<Thirty, 'serverCpu' | 'mediaCpu'>> {
  const node = centre.asterisk?.pid;
  const media = node ? [node] : await childrenOf(centre.pid);
  const sum = async (pids: readonly number[]): Promise<number> =>
    (await Promise.all(pids.map(cpuOf))).reduce((total, each) => total + each, 0);
  const before = [await sum([centre.pid]), await sum(media)] as const;
  const from = performance.now();
  await pause(SECONDS * 1000);
  const seconds = (performance.now() - from) / 1000;
  return {
    serverCpu: ((await sum([centre.pid])) - before[0]) / seconds,
    mediaCpu: ((await sum(media)) - before[1]) / seconds,
  };
}
