import { afterAll } from 'vitest';
import { FarBrowsers } from './browser-far-ends.ts';
import { embeddedHarness } from './embedded-harness.ts';
import { describeSwitch } from './switch-suite.ts';

const browsers = new FarBrowsers();
afterAll(() => browsers.stop());

describeSwitch('the embedded switch', (options) => embeddedHarness(browsers, options));
