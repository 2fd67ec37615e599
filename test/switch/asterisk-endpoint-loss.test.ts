import { describe, expect, it } from 'vitest';
import type { EndpointSpec, SwitchEvent } from '../../server/core/ports/switch.ts';
import type { AriLink } from '../../server/switch/asterisk/ari-link.ts';
import type { AriEvent } from '../../server/switch/asterisk/ari-types.ts';
import { EndpointBook } from '../../server/switch/asterisk/endpoint-book.ts';
import { configFor } from '../support/asterisk/switch-on-node.ts';
import type { AsteriskNode } from '../support/asterisk/node.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { LogBook, endpointSpec } from '../support/switch-bed.ts';

const NODE = {
  ariUrl: 'http://ari',
  webSocketUrl: 'ws://ari/ws',
  user: 'u',
  password: 'p',
} as unknown as AsteriskNode;

/** A book with one device that is registered. */
async function bookWith(device: EndpointSpec['device']) {
  const events: SwitchEvent[] = [];
  const suspected: string[] = [];
  const book = new EndpointBook({
    config: configFor(NODE),
    link: {
      up: true,
      client: { call: async (route: string) => (route.includes('/endpoints/') ? { state: 'offline' } : []) },
    } as unknown as AriLink,
    clock: new ManualClock(),
    log: new LogBook(),
    emit: (event) => void events.push(event),
    onOnline: () => undefined,
    onLinkLost: (endpointId) => void suspected.push(endpointId),
  });
  await book.provision(endpointSpec('anna', 'right', { device }));
  const tell = async (status: string): Promise<void> => {
    const info = { uri: 'sip:anna@127.0.0.1:5062', contact_status: status, aor: 'anna' };
    const told = { type: 'ContactStatusChange', endpoint: { resource: 'anna' }, contact_info: info };
    book.take(told as unknown as AriEvent);
    await settle();
  };
  await tell('Reachable');
  suspected.length = 0;
  return { events, suspected, tell };
}

const reasonOf = (events: readonly SwitchEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'endpoint-offline' ? [event.reason] : []));

describe('a device that goes, by what Asterisk says of its contact', () => {
  it.each([
    ['phone', 'Removed', 'unregistered', 0],
    // Nobody has said goodbye: it has not answered when it was asked. It may suppress silence, so its call is left alone.
    ['phone', 'Unreachable', 'lost', 0],
    ['browser', 'Removed', 'lost', 1],
    ['browser', 'Unreachable', 'lost', 1],
  ] as const)('%s, %s: %s', async (device, status, reason, asked) => {
    const { events, suspected, tell } = await bookWith(device);
    await tell(status);
    expect(reasonOf(events)).toEqual([reason]);
    expect(suspected).toHaveLength(asked);
  });
});
