import { describe } from 'vitest';
import { describeCalls } from './call-on-pages.ts';
import { replacingPages } from './replacing-pages.ts';

describe('a call is answered and ended with mouse and keyboard on a page that', () =>
  describeCalls(replacingPages));
