import { describe, expect, it } from 'vitest';
import { BROWSER_SDP } from '../support/fake-media-engine.ts';
import {
  LEG,
  answeredBrowser,
  bed,
  browser,
  dialTo,
  endpoint,
  engine,
  useSignallingBed,
} from './signalling-bed.ts';

useSignallingBed();

describe('a browser that goes and comes', () => {
  it('keeps its call over a new socket, and is talked to on that', async () => {
    const peer = await answeredBrowser();
    await peer.drop();
    expect(await bed.events.next('endpoint-offline')).toMatchObject({ reason: 'lost' });
    await peer.reopen('reconnect');
    await peer.register();
    await bed.sw.hangup(LEG);
    const call = await peer.incoming();
    await call.waitForRequest('BYE');
    expect(bed.events.of('leg-lost')).toEqual([]);
  });

  it('loses its call at once when the page was reloaded', async () => {
    const peer = await answeredBrowser();
    await peer.drop();
    await peer.reopen('reload');
    await peer.register();
    expect(await bed.events.next('leg-lost')).toEqual({
      type: 'leg-lost',
      legId: LEG,
      cause: 'signalling-lost',
    });
    const types = bed.events.all.map((event) => event.type);
    // The leg is gone before the phone can be called again.
    expect(types.indexOf('leg-lost')).toBeLessThan(types.lastIndexOf('endpoint-online'));
  });

  it('loses its call when its voice goes after its socket', async () => {
    const peer = await answeredBrowser();
    await peer.drop();
    await bed.events.next('endpoint-offline');
    engine.tell({ type: 'leg-lost', legId: LEG, reason: 'silence' });
    expect(bed.events.of('leg-lost')).toEqual([{ type: 'leg-lost', legId: LEG, cause: 'signalling-lost' }]);
  });

  it('hangs up when its voice is closed a moment before its BYE comes', async () => {
    const peer = await answeredBrowser();
    const call = await peer.incoming();
    engine.tell({ type: 'leg-lost', legId: LEG, reason: 'dtls-closed' });
    call.bye();
    const ended = await bed.events.next('leg-ended');
    expect(ended).toMatchObject({ legId: LEG, cause: 'normal', side: 'far' });
    expect(bed.events.of('leg-lost')).toEqual([]);
  });

  it('loses its call when its voice is closed and no BYE comes', async () => {
    await answeredBrowser();
    engine.tell({ type: 'leg-lost', legId: LEG, reason: 'dtls-closed' });
    expect(await bed.events.next('leg-lost')).toMatchObject({ legId: LEG, cause: 'media-lost' });
  });

  it('loses its call at once when its voice is closed and its socket goes', async () => {
    const peer = await answeredBrowser();
    engine.tell({ type: 'leg-lost', legId: LEG, reason: 'dtls-closed' });
    await peer.drop();
    expect(await bed.events.next('leg-lost')).toMatchObject({ legId: LEG, cause: 'signalling-lost' });
  });

  it('loses a call that rings there at once', async () => {
    const peer = await browser('1001');
    await dialTo({ kind: 'endpoint', endpointId: endpoint('1001') });
    await peer.incoming();
    await bed.events.next('leg-ringing');
    await peer.drop();
    expect(await bed.events.next('leg-lost')).toMatchObject({ legId: LEG, cause: 'signalling-lost' });
  });

  it('loses a call that it made and that is not answered yet', async () => {
    const peer = await browser('1001');
    await peer.call('1002', { sdp: BROWSER_SDP });
    const { legId: offered } = await bed.events.next('leg-offered');
    await peer.drop();
    expect(await bed.events.next('leg-lost')).toMatchObject({ legId: offered, cause: 'signalling-lost' });
  });

  it('is displaced by a second page of the same user, whose socket gets the calls', async () => {
    await browser('1001');
    const second = await bed.peer({ username: '1001', password: 'pw', webSocketUrl: bed.webSocketUrl });
    await second.register();
    expect(await bed.events.next('endpoint-offline')).toMatchObject({ reason: 'displaced' });
    await dialTo({ kind: 'endpoint', endpointId: endpoint('1001') });
    await second.incoming();
  });
});
