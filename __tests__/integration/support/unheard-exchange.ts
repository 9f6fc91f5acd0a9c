import { workerData } from 'node:worker_threads';
import { systemClock } from '../../../src/lib/clock.ts';
import { createConnector } from '../../../src/lib/connector.ts';
import { createRawExchanges } from '../../../src/lib/raw-exchange.ts';

// An exchange that fails, and nobody looks at its answer: a thread ends with an error where a rejection is unhandled.
const open = createRawExchanges(createConnector({}), systemClock);
open({ method: 'POST', url: String(workerData), headers: {}, patience: () => 0 });
