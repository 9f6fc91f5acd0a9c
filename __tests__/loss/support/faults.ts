import type { Fault } from '../../../sandbox/http/faults.ts';

const secondary = {
  message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
};
const forbidden = { message: 'Resource not accessible by personal access token' };
const forever = Number.POSITIVE_INFINITY;
const status = (code: number, more: Partial<Extract<Fault, { kind: 'status' }>> = {}): Fault => ({
  kind: 'status',
  status: code,
  body: { message: 'Something went wrong' },
  ...more,
});

/** What can go wrong with a request, once or for good. */
export interface FaultColumn {
  readonly name: string;
  /** Undefined where the server is not there at all; `refuse` closes the connection on receipt. */
  readonly fault: Fault | undefined;
  readonly times: number;
}

const both = (name: string, fault: Fault | undefined): FaultColumn[] => [
  { name: `${name} once`, fault, times: 1 },
  { name: `${name} forever`, fault, times: forever },
];
const retryAfter = (seconds: string) => status(429, { headers: { 'retry-after': seconds } });

/** Faults that a run gets over, or gives up on, within some seconds. */
export const quickColumns: readonly FaultColumn[] = [
  { name: 'closed on receipt once', fault: { kind: 'refuse' }, times: 1 },
  { name: 'reset before once', fault: { kind: 'reset-before' }, times: 1 },
  { name: 'reset after once', fault: { kind: 'reset-after' }, times: 1 },
  { name: '500 once', fault: status(500), times: 1 },
  { name: '429 with Retry-After once', fault: retryAfter('1'), times: 1 },
  { name: 'malformed body once', fault: { kind: 'malformed' }, times: 1 },
  { name: 'truncated body once', fault: { kind: 'truncated' }, times: 1 },
  { name: 'forbidden', fault: status(403, { body: forbidden }), times: forever },
];

/** Faults that take longer. */
export const slowColumns: readonly FaultColumn[] = [
  ...both('server not there', undefined),
  { name: 'closed on receipt forever', fault: { kind: 'refuse' }, times: forever },
  { name: 'reset before forever', fault: { kind: 'reset-before' }, times: forever },
  { name: 'reset after forever', fault: { kind: 'reset-after' }, times: forever },
  ...both('hang before acting', { kind: 'hang', acted: false }),
  ...both('hang after acting', { kind: 'hang', acted: true }),
  { name: '500 forever', fault: status(500), times: forever },
  ...both('500 after acting', status(500, { act: true })),
  { name: '429 with Retry-After forever', fault: retryAfter('600'), times: forever },
  ...both('429 without Retry-After', status(429)),
  ...both('403 secondary', status(403, { body: secondary })),
  { name: 'malformed body forever', fault: { kind: 'malformed' }, times: forever },
  { name: 'truncated body forever', fault: { kind: 'truncated' }, times: forever },
  { name: 'truncated behind the token once', fault: { kind: 'truncated', bytes: 75 }, times: 1 },
];
