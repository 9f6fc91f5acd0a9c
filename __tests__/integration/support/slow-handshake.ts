import dns from 'node:dns';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../../src/lib/clock.ts';
import { createNetwork } from '../../../src/lib/network.ts';

// In a worker of its own: `localhost` has two addresses, a handshake with the first takes longer than Node gives an address
// of several, and there is no way to the second.
const handshake = 400;
const noRoute = -101;
type Connect = (this: unknown, request: unknown, address: string, port: number) => number;
const { binding } = process as unknown as { binding(name: string): { TCP: { prototype: Record<string, Connect> } } };
const { prototype } = binding('tcp_wrap').TCP;
const { connect } = prototype;
prototype.connect = function (...request) {
  setTimeout(() => connect?.call(this, ...request), handshake);
  return 0;
};
prototype.connect6 = () => noRoute;
const addresses = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
dns.lookup = ((_: string, __: unknown, found: (error: null, all: typeof addresses) => void) =>
  process.nextTick(() => found(null, addresses))) as unknown as typeof dns.lookup;

const { send, open, close } = createNetwork(systemClock, {});
const url = String(workerData);
const answers = await Promise.all(
  [
    send({ method: 'GET', url, headers: {}, timeout: 5000 }),
    open({ method: 'POST', url, headers: {}, patience: () => 0 }).answer,
  ].map((answer) =>
    answer.then(
      ({ status }) => status,
      (error: Error) => error.message,
    ),
  ),
);
close();
parentPort?.postMessage(answers);
