import { get } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentDesk } from '../e2e/agent-desk.ts';
import { CustomerPhone } from '../e2e/customer-phone.ts';
import { callHotline } from '../e2e/hotline-call.ts';
import { AGENT_HZ, CUSTOMER_HZ } from '../e2e/voices.ts';
import { canRunAround } from '../support/asterisk/around.ts';
import { environmentFor } from '../support/asterisk/environment.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import type { Service } from '../support/asterisk/network-tools.ts';
import { startReverseProxy } from '../support/asterisk/reverse-proxy.ts';
import { switchOn, UniqueIds } from '../support/asterisk/switch-on-node.ts';
import { ToneBrowser } from '../support/browsers.ts';
import { CallCentre } from '../support/call-centre.ts';
import { selfSigned } from '../support/certificate.ts';
import { SipPeer } from '../support/sip-peer.ts';
import { endpointSpec } from '../support/switch-bed.ts';

let node: AsteriskNode;
let proxy: { port: number; nginx: Service } | null = null;
const nginxRuns = await canRunAround();

beforeAll(async () => {
  node = await AsteriskNode.start();
  if (nginxRuns) proxy = await startReverseProxy(node.ariUrl);
});
afterAll(async () => {
  await proxy?.nginx.stop();
  await node.stop();
});

const ways = [
  { way: 'to Asterisk itself', url: () => node.secureWebSocketUrl, runs: true },
  { way: 'through the reverse proxy', url: () => `wss://localhost:${proxy?.port}/ws`, runs: nginxRuns },
];

for (const { way, url, runs } of ways) {
  describe.skipIf(!runs)(`SIP over a WebSocket with TLS ${way}`, () => {
    it('registers a phone that trusts the certificate, and no other', async () => {
      const { telephone } = switchOn(node, new UniqueIds());
      await telephone.start();
      const spec = endpointSpec('secure', 'secret', { device: 'browser' });
      await telephone.provision(spec);
      const options = { switchPort: 0, username: 'secure', password: 'secret', webSocketUrl: url() };
      await expect(SipPeer.open(options)).rejects.toThrow('self-signed certificate');
      const phone = await SipPeer.open({ ...options, authority: (await selfSigned()).certificate });
      expect((await phone.register()).status).toBe(200);
      await phone.close();
      await telephone.retire(spec.endpointId);
      await telephone.stop();
    });

    it('carries a call between two browsers, who hear each other', async () => {
      const [centre, agents, customers] = await Promise.all([
        CallCentre.start({ ...environmentFor(node), TELEBAR_ASTERISK_WS: url() }),
        ToneBrowser.launch(AGENT_HZ),
        ToneBrowser.launch(CUSTOMER_HZ),
      ]);
      try {
        const agent = await AgentDesk.ready(agents, centre, '1001', { ignoreHTTPSErrors: true });
        const customer = await CustomerPhone.open(customers, centre, '13800138001', {
          ignoreHTTPSErrors: true,
        });
        await callHotline(customer, agent);
      } finally {
        await Promise.all([agents.close(), customers.close()]);
        await centre.stop();
      }
    });
  });
}

describe.skipIf(!nginxRuns)('the reverse proxy', () => {
  it('passes nothing else of the web server of Asterisk: no ARI, no status', async () => {
    const { certificate } = await selfSigned();
    for (const path of ['/ari/asterisk/info', '/ari/events', '/httpstatus', '/ws/../ari/channels', '/']) {
      expect(await statusOf(`https://localhost:${proxy?.port}${path}`, certificate), path).toBe(404);
    }
    // Not a WebSocket: it came as far as Asterisk, which wants an upgrade.
    expect(await statusOf(`https://localhost:${proxy?.port}/ws`, certificate)).toBe(426);
  });
});

function statusOf(url: string, authority: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca: authority, auth: `${node.user}:${node.password}` }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}
