import { test } from '@jest/globals';
import { expectNoEnd, signals } from '../loss/support/signals.ts';

test.concurrent.each(signals)('%s alone ends nothing', (signal) => expectNoEnd([signal]));
