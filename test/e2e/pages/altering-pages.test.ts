import { describe } from 'vitest';
import { describeCalls } from './call-on-pages.ts';
import { alteringPages } from './altering-pages.ts';

describe('a call is answered and ended with mouse and keyboard on a page that', () =>
  describeCalls(alteringPages));
