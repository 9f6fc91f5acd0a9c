import type { Fault, FaultRule } from '../../../sandbox/http/faults.ts';

/** Which request of a rotation a fault shall meet. */
export type RequestRow = Pick<FaultRule, 'server' | 'method' | 'path' | 'nth'> & { readonly name: string };

const repository = '/repos/acme/network';
const stores = {
  home: `${repository}/actions/secrets`,
  environment: `${repository}/environments/Production%20EU/secrets`,
  organization: '/orgs/acme/actions/secrets',
};
const github = (name: string, method: string, path: string): RequestRow => ({ name, server: 'github', method, path });
const each = (name: string, method: string, leaf: string): RequestRow[] =>
  Object.entries(stores).map(([kind, path]) => github(`${name} (${kind})`, method, `${path}/${leaf}`));
const variables = `${repository}/actions/variables`;
const thousandeyes = { server: 'thousandeyes', method: 'GET', path: '/users/current' } as const;

/** Every request that a rotation of the scene makes. */
export const requestRows: readonly RequestRow[] = [
  { name: 'check the current token', ...thousandeyes },
  github('read the repository', 'GET', repository),
  ...each('read the key', 'GET', 'public-key'),
  ...each('read the secret', 'GET', 'TE_TOKEN'),
  github('read the selected repositories', 'GET', `${stores.organization}/TE_TOKEN/repositories`),
  github('read the variable', 'GET', `${variables}/TE_EXPIRY`),
  ...each('write the test', 'PUT', 'ROTATION_WRITE_TEST'),
  ...each('delete the test', 'DELETE', 'ROTATION_WRITE_TEST'),
  { name: 'ask for the token', server: 'thousandeyes', method: 'POST', path: '/api-tokens' },
  { name: 'check the new token', ...thousandeyes, nth: 2 },
  { ...github('read who sees the secret (organization)', 'GET', `${stores.organization}/TE_TOKEN`), nth: 2 },
  { ...github('read who is selected (organization)', 'GET', `${stores.organization}/TE_TOKEN/repositories`), nth: 2 },
  ...each('write the secret', 'PUT', 'TE_TOKEN'),
  { ...github('confirm the home', 'GET', `${stores.home}/TE_TOKEN`), nth: 2 },
  github('update the variable', 'PATCH', `${variables}/TE_EXPIRY`),
  github('create the variable', 'POST', variables),
];

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

/**
 * Cells with a quick fault after which a run waits for long all the same: for a date that GitHub may show late, or for an
 * answer that tells whether the new token is accepted.
 */
export function waitsForLong(cell: string): boolean {
  return [
    'ask for the token: reset after once',
    'check the new token: forbidden',
    'confirm the home: forbidden',
  ].includes(cell);
}
