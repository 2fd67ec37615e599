import { afterEach, beforeEach, expect } from 'vitest';
import type { EndpointId } from '../../server/core/kernel/ids.ts';
import type { DialRequest } from '../../server/core/ports/switch.ts';
import { BROWSER_SDP, FakeMediaEngine } from '../support/fake-media-engine.ts';
import type { SipPeer } from '../support/sip-peer.ts';
import { endpointSpec, legId, SwitchBed } from '../support/switch-bed.ts';

export const LEG = legId('leg_out');
export const endpoint = (username: string): EndpointId => `ep_${username}` as EndpointId;

/** The media and the switch of the test that runs; made by `useSignallingBed`. */
export let engine: FakeMediaEngine;
export let bed: SwitchBed;

/** Gives each test of a file a switch without media, and proves after it that the switch logged no error. */
export function useSignallingBed(): void {
  beforeEach(async () => {
    engine = new FakeMediaEngine();
    bed = await SwitchBed.open({
      engine,
      isAllowedOrigin: async (origin) => origin === 'https://crm.example',
    });
  });

  afterEach(async () => {
    await bed.close();
    expect(
      bed.log.lines.filter((line) => line.startsWith('error') && !line.includes('media engine')),
    ).toEqual([]);
  });
}

export function dialTo(target: DialRequest['target'], more: Partial<DialRequest> = {}): Promise<void> {
  return bed.sw.dial({ legId: LEG, target, callerId: { number: '13800138000' }, ringMs: 10_000, ...more });
}

export async function browser(username: string): Promise<SipPeer> {
  await bed.sw.provision(endpointSpec(username, 'pw', { device: 'browser' }));
  const peer = await bed.peer({ username, password: 'pw', webSocketUrl: bed.webSocketUrl });
  expect((await peer.register()).status).toBe(200);
  return peer;
}

/** A browser that has answered our call. */
export async function answeredBrowser(): Promise<SipPeer> {
  const peer = await browser('1001');
  await dialTo({ kind: 'endpoint', endpointId: endpoint('1001') });
  (await peer.incoming()).answer(BROWSER_SDP);
  await bed.events.next('leg-answered');
  return peer;
}
