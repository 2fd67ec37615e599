import { afterAll, beforeAll } from 'vitest';
import { FarBrowsers } from '../contract/browser-far-ends.ts';
import { describeSupervision } from '../contract/supervision-suite.ts';
import { harnessOnAsterisk } from '../support/asterisk/contract-harness.ts';
import { AsteriskNode } from '../support/asterisk/node.ts';
import { expectEmpty, switchOn } from '../support/asterisk/switch-on-node.ts';

const browsers = new FarBrowsers();
let node: AsteriskNode;

beforeAll(async () => {
  node = await AsteriskNode.start();
});

afterAll(async () => {
  browsers.stop();
  await node.stop();
});

describeSupervision('Asterisk', () =>
  harnessOnAsterisk({
    carrierNode: node,
    makeSwitch: (ids) => switchOn(node, ids),
    nodeOfPhone: () => node,
    nodeOfBrowser: () => node,
    browsers,
    expectNothingLeft: () => expectEmpty(node),
  }),
);
