import { expect, test } from '@jest/globals';
import { SandboxClock } from '../../sandbox/clocks/clock.ts';
import { repositoryJson } from '../../sandbox/github/operations/json.ts';
import { Repositories } from '../../sandbox/github/stores/repositories.ts';
import { Contract } from '../../sandbox/http/contract.ts';

const contract = new Contract();
const none = new URLSearchParams();
const json = { 'content-type': 'application/json; charset=utf-8' };
const SECRET = '/repos/acme/network/actions/secrets/TE_TOKEN';

function request(method: string, path: string, body: unknown = undefined, query = none): string[] {
  return contract.checkRequest('github', method, path, query, body === undefined ? '' : JSON.stringify(body));
}

function answer(path: string, status: number, body: unknown, headers: Record<string, string> = json): string[] {
  return contract.checkResponse('github', 'GET', path, status, headers, JSON.stringify(body) ?? '');
}

test('a request the contract knows is fine', () => {
  expect(request('GET', SECRET)).toEqual([]);
  expect(request('PUT', SECRET, { encrypted_value: 'AAAA', key_id: '1' })).toEqual([]);
  expect(request('GET', '/repos/acme/network/environments/a%2Fb/secrets/public-key')).toEqual([]);
  expect(request('GET', '/orgs/acme/repos', undefined, new URLSearchParams('per_page=100&page=2'))).toEqual([]);
  expect(contract.checkRequest('thousandeyes', 'POST', '/api-tokens', none, '')).toEqual([]);
});

test.each([
  ['an unknown path', request('GET', '/user')],
  ['an unknown method', request('POST', SECRET)],
  ['an empty segment', request('GET', '/repos/acme//actions/secrets/TE_TOKEN')],
  ['a body where there is none', request('GET', SECRET, {})],
  ['no body', request('PUT', SECRET)],
  ['a missing property', request('PUT', SECRET, { key_id: '1' })],
  ['a value that is not padded Base64', request('PUT', SECRET, { encrypted_value: 'AAA', key_id: '1' })],
  ['an unknown property', request('PUT', SECRET, { encrypted_value: 'AAAA', key_id: '1', visibility: 'all' })],
  ['an unknown query', request('GET', SECRET, undefined, new URLSearchParams('fresh=1'))],
  ['a page that is no number', request('GET', '/orgs/acme/repos', undefined, new URLSearchParams('page=two'))],
  ['a value out of the list', request('GET', '/user/repos', undefined, new URLSearchParams('visibility=secret'))],
  ['a text that is not JSON', contract.checkRequest('github', 'PUT', SECRET, none, '{')],
  ['a body on regenerate', contract.checkRequest('thousandeyes', 'POST', '/api-tokens', none, '{}')],
])('%s breaks it', (_, violations) => {
  expect(violations).toHaveLength(1);
});

test('answers are held to their schema, media type and status', () => {
  const secret = { name: 'A', created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
  expect(answer(SECRET, 200, secret)).toEqual([]);
  expect(answer(SECRET, 200, { ...secret, updated_at: 'yesterday' })).toHaveLength(1);
  expect(answer(SECRET, 200, { name: 'A' })).toHaveLength(2);
  expect(answer(SECRET, 200, secret, { 'content-type': 'text/html' })).toHaveLength(1);
  expect(answer(SECRET, 200, undefined)).toHaveLength(1);
  expect(answer(SECRET, 202, secret)).toHaveLength(1);
  expect(contract.checkResponse('github', 'PUT', SECRET, 204, {}, '')).toEqual([]);
  expect(contract.checkResponse('github', 'PUT', SECRET, 204, {}, '{}')).toHaveLength(1);
});

test('errors that the contract leaves out have the usual shape', () => {
  expect(answer(SECRET, 404, { message: 'Not Found', documentation_url: 'x', status: '404' })).toEqual([]);
  expect(answer(SECRET, 502, { error: 'x' })).toHaveLength(1);
  expect(answer(SECRET, 418, { message: 'x' })).toHaveLength(1);
  const problem = { 'content-type': 'application/problem+json' };
  const check = (status: number, body: unknown): string[] =>
    contract.checkResponse('thousandeyes', 'POST', '/api-tokens', status, problem, JSON.stringify(body));
  expect(check(429, { title: 'Too Many Requests', status: 429 })).toEqual([]);
  expect(check(503, { message: 'x' })).not.toEqual([]);
  expect(check(401, { error: 'invalid_token', error_description: 'x' })).toEqual([]);
  expect(check(418, { title: 'x', status: 418 })).toHaveLength(1);
});

test('a repository by its number is held to the same description', () => {
  const known = new Repositories(new SandboxClock()).add('acme/network');
  const repository = repositoryJson('https://api.github.com', known, 'Organization');
  expect(request('GET', '/repositories/1')).toEqual([]);
  expect(answer('/repositories/1', 200, repository)).toEqual([]);
  expect(answer('/repositories/1', 200, { id: 1 })).not.toEqual([]);
});
