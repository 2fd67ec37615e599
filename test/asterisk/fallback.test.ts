import { afterEach, describe, expect, it } from 'vitest';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty } from '../support/asterisk/switch-on-node.ts';
import { freePort } from '../support/ports.ts';
import { hasTone, rms } from '../support/goertzel.ts';
import type { PeerCall } from '../support/peer-call.ts';
import { SipPeer } from '../support/sip-peer.ts';

const PHONE_HZ = 1400;
const CALLER_HZ = 1900;

const undo: Array<() => Promise<void> | void> = [];

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** A phone of the Asterisk that was there before Telebar. */
const OFFICE = ['100', '101'].flatMap((name) => [
  `[${name}]`,
  'type = endpoint',
  'transport = transport-udp',
  'context = office',
  'allow = !all,ulaw',
  `auth = ${name}`,
  `aors = ${name}`,
  'direct_media = no',
  `[${name}]`,
  'type = auth',
  `username = ${name}`,
  'password = secret',
  `[${name}]`,
  'type = aor',
  'max_contacts = 1',
]);

interface Office {
  node: AsteriskNode;
  carrier: SipPeer;
  phones: SipPeer[];
}

/** An Asterisk whose Telebar is away. @param line what stands in telebar-fallback; absent: what the guide has there */
async function office(line?: string): Promise<Office> {
  const sipPort = await freePort();
  const carrier = await SipPeer.open({ switchPort: sipPort });
  undo.push(() => carrier.close());
  const node = await AsteriskNode.start({
    sipPort,
    carrier: { host: '127.0.0.1', port: carrier.localPort },
    ...(line === undefined ? {} : { yours: { 'extensions.conf': { 'telebar-fallback/exten': line } } }),
    appended: {
      'pjsip.conf': OFFICE.join('\n'),
      'extensions.conf': '[office]\nexten => 100,1,Dial(PJSIP/100,10)\n',
    },
  });
  undo.push(() => node.stop());
  const phones = await Promise.all(
    ['100', '101'].map(async (username) => {
      const phone = await SipPeer.open({ switchPort: sipPort, username, password: 'secret' });
      undo.push(() => phone.close());
      expect((await phone.register()).status).toBe(200);
      return phone;
    }),
  );
  return { node, carrier, phones };
}

function ring({ carrier }: Office): Promise<PeerCall> {
  return carrier.call('400100', { from: '<sip:13800138000@127.0.0.1>' });
}

async function talks(caller: PeerCall, phone: PeerCall): Promise<void> {
  await caller.waitForStatus(200);
  caller.rtp.say(CALLER_HZ);
  phone.rtp.say(PHONE_HZ);
  await expect.poll(async () => hasTone(await caller.rtp.listen(300), PHONE_HZ)).toBe(true);
  await expect.poll(async () => hasTone(await phone.rtp.listen(300), CALLER_HZ)).toBe(true);
}

describe('a call for a Telebar that is away', () => {
  it('is refused with "try again later", as the guide has it', async () => {
    const there = await office();
    expect((await (await ring(there)).waitForFinal()).status).toBe(503);
    await expectEmpty(there.node);
  });

  it('hears an announcement to its end', async () => {
    const there = await office('exten => _[+*#0-9]!,1,Goto(telebar-announcement,s,1)');
    const caller = await ring(there);
    await caller.waitForStatus(200);
    await expect.poll(async () => rms(await caller.rtp.listen(300)), { timeout: 5_000 }).toBeGreaterThan(300);
    await expect.poll(() => caller.ended, { timeout: 15_000 }).toBe(true);
    await expectEmpty(there.node);
  });

  it('goes to an extension of the existing dialplan', async () => {
    const there = await office('exten => _[+*#0-9]!,1,Goto(office,100,1)');
    const caller = await ring(there);
    const phone = await there.phones[0]?.incoming();
    if (phone === undefined) throw new Error('nobody was called');
    phone.answer();
    await talks(caller, phone);
    expect(there.phones[1]?.calls).toEqual([]);
    caller.bye();
    await phone.waitForRequest('BYE');
    await expectEmpty(there.node);
  });

  it('rings a group of phones until one answers', async () => {
    const there = await office('exten => _[+*#0-9]!,1,Dial(PJSIP/100&PJSIP/101,30)');
    const caller = await ring(there);
    const [first, second] = await Promise.all(there.phones.map((phone) => phone.incoming()));
    second?.answer();
    await first?.waitForRequest('CANCEL');
    if (second === undefined) throw new Error('nobody was called');
    await talks(caller, second);
    caller.bye();
    await second.waitForRequest('BYE');
    await expectEmpty(there.node);
  });

  it('is refused when nobody of the group is there', async () => {
    const there = await office('exten => _[+*#0-9]!,1,Dial(PJSIP/100&PJSIP/101,30)');
    const caller = await ring(there);
    for (const phone of there.phones) (await phone.incoming()).reject(486);
    expect((await caller.waitForFinal()).status).toBe(503);
    await expectEmpty(there.node);
  });
});
