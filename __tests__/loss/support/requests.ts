import type { FaultRule } from '../../../sandbox/http/faults.ts';
import { type Start, writeTest } from './scene.ts';

/** One request of a rotation, which a fault or a death shall meet. */
export type RequestRow = Pick<FaultRule, 'server' | 'method' | 'path' | 'nth'> & {
  readonly name: string;
  /** Where only a first rotation makes it, or only a later one. */
  readonly start?: Start;
};

const repository = '/repos/acme/network';
const stores = {
  home: `${repository}/actions/secrets`,
  environment: `${repository}/environments/Production%20EU/secrets`,
  organization: '/orgs/acme/actions/secrets',
};
const variables = `${repository}/actions/variables`;
const record = `${variables}/TE_TOKEN_ROTATION`;
const next = `${stores.home}/TE_TOKEN_NEXT`;
const test = writeTest;

const github = (name: string, method: string, path: string, nth?: number): RequestRow => ({
  name,
  server: 'github',
  method,
  path,
  ...(nth === undefined ? {} : { nth }),
});
const each = (name: string, method: string, leaf: string, kinds = Object.keys(stores), nth?: number): RequestRow[] =>
  Object.entries(stores)
    .filter(([kind]) => kinds.includes(kind))
    .map(([kind, path]) => github(`${name} (${kind})`, method, `${path}/${leaf}`, nth));
const tested = ['environment', 'organization'];
const user = { server: 'thousandeyes', method: 'GET', path: '/users/current' } as const;

/** Every request that a rotation of the scene makes, about in their order. */
export const requestRows: readonly RequestRow[] = [
  { name: 'check the current token', ...user },
  github('read the repository', 'GET', repository),
  ...each('read the key', 'GET', 'public-key'),
  ...each('read the secret', 'GET', 'TE_TOKEN'),
  github('read who is selected', 'GET', `${stores.organization}/TE_TOKEN/repositories`),
  github('read _NEXT', 'GET', next),
  github('read the record', 'GET', record),
  { ...github('create the record', 'POST', variables), start: 'first' },
  ...each('look for a test', 'GET', test, tested),
  github('look who sees a test', 'GET', `${stores.organization}/${test}/repositories`),
  github('write the note', 'PUT', next),
  ...each('write the test', 'PUT', test, tested),
  { ...github('prove the record', 'PATCH', record), start: 'later' },
  ...each('delete the test', 'DELETE', test, tested),
  { name: 'ask for the token', server: 'thousandeyes', method: 'POST', path: '/api-tokens' },
  github('park the token', 'PUT', next, 2),
  { name: 'check the new token', ...user, nth: 2 },
  github("read the home's date", 'GET', `${stores.home}/TE_TOKEN`, 2),
  github('read the date of what is parked', 'GET', next, 2),
  ...each('write the secret', 'PUT', 'TE_TOKEN'),
  github('read again who sees the secret', 'GET', `${stores.organization}/TE_TOKEN`, 2),
  github('read again who is selected', 'GET', `${stores.organization}/TE_TOKEN/repositories`, 2),
  github('confirm the home', 'GET', `${stores.home}/TE_TOKEN`, 3),
  { ...github('note it in the record', 'PATCH', record), start: 'first' },
  { ...github('note it in the record', 'PATCH', record, 2), start: 'later' },
  github('look at what is parked', 'GET', next, 3),
  github('delete what is parked', 'DELETE', next),
];

/** Both places at once in which the next run would find the token. */
export const homeAndNext: RequestRow = {
  ...github('park the token and write the home', 'PUT', '', 2),
  path: /\/repos\/acme\/network\/actions\/secrets\/TE_TOKEN(?:_NEXT)?$/,
};

/** The rows of one kind of rotation; of both, where none is named. */
export function rowsOf(start?: Start): readonly RequestRow[] {
  return requestRows.filter((row) => start === undefined || (row.start ?? start) === start);
}
