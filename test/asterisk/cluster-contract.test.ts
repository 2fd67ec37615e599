import { afterAll, beforeAll } from 'vitest';
import { FarBrowsers } from '../contract/browser-far-ends.ts';
import { describeSwitch } from '../contract/switch-suite.ts';
import { ClusterNodes } from '../support/asterisk/cluster-nodes.ts';
import { harnessOnAsterisk } from '../support/asterisk/contract-harness.ts';
import { expectEmpty } from '../support/asterisk/switch-on-node.ts';

const browsers = new FarBrowsers();
let nodes: ClusterNodes;

beforeAll(async () => {
  nodes = await ClusterNodes.start();
});

afterAll(async () => {
  browsers.stop();
  await nodes.stop();
});

/**
 * Two Asterisks with the carrier at the first one. Phones register in turn with the second and the first, so that legs
 * which are joined are on different nodes. Nothing may be left on either after a test.
 */
describeSwitch('Asterisk cluster', ({ line }) =>
  harnessOnAsterisk({
    carrierNode: nodes.one,
    makeSwitch: (ids) => nodes.cluster(ids, line ? {} : { trunk: null }),
    nodeOfPhone: (peers) => (peers % 2 === 1 ? nodes.two : nodes.one),
    nodeOfBrowser: (signallingUrl) => nodes.all.find((node) => node.webSocketUrl === signallingUrl),
    browsers,
    expectNothingLeft: async () => {
      for (const node of nodes.all) await expectEmpty(node);
    },
  }),
);
