import { afterAll } from 'vitest';
import { FarBrowsers } from './browser-far-ends.ts';
import { embeddedHarness } from './embedded-harness.ts';
import { describeSupervision } from './supervision-suite.ts';

const browsers = new FarBrowsers();
afterAll(() => browsers.stop());

describeSupervision('the embedded switch', (options) => embeddedHarness(browsers, options));
