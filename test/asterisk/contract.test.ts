import { afterAll, beforeAll } from 'vitest';
import { FarBrowsers } from '../contract/browser-far-ends.ts';
import { describeSwitch } from '../contract/switch-suite.ts';
import { harnessOnAsterisk } from '../support/asterisk/contract-harness.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty, expectNoPhones, switchOn } from '../support/asterisk/switch-on-node.ts';

const browsers = new FarBrowsers();
let node: AsteriskNode;

beforeAll(async () => {
  node = await AsteriskNode.start();
});

afterAll(async () => {
  browsers.stop();
  await node.stop();
});

/** Nothing may be left on the node after a test. */
describeSwitch('Asterisk', ({ line }) =>
  harnessOnAsterisk({
    carrierNode: node,
    makeSwitch: (ids) => switchOn(node, ids, line ? {} : { trunk: null }),
    nodeOfPhone: () => node,
    nodeOfBrowser: () => node,
    browsers,
    expectNothingLeft: async () => {
      await expectEmpty(node);
      await expectNoPhones(node);
    },
  }),
);
