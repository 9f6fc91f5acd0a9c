import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { addHeaders, alterJson, Faults } from '../../sandbox/http/faults.ts';
import type { TrafficEvent } from '../../sandbox/http/traffic.ts';
import { startWorld, type World } from '../../sandbox/world.ts';
import { call } from './support/client.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const regenerate = (signal?: AbortSignal): Promise<Response> =>
  fetch(`${world.thousandeyes.url}/api-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.currentToken}` },
    ...(signal ? { signal } : {}),
  });

/** The code that the connection ended with. */
async function failure(promise: Promise<Response>): Promise<string> {
  const error: unknown = await promise.then(async (r) => [r.status, await r.text()]).catch((e: Error) => e.cause ?? e);
  return (error as { code?: string }).code ?? String(error);
}

test('rules fire for the requests that they match, from the nth on, so many times', () => {
  const faults = new Faults();
  const request = { server: 'github', method: 'PUT', path: '/repos/acme/network/actions/secrets/TE_TOKEN' } as const;
  const second = faults.add({ method: 'PUT', path: '/TE_TOKEN', nth: 2, times: 2, fault: { kind: 'refuse' } });
  faults.add({ server: 'github', path: /network/g, nth: 4, fault: { kind: 'malformed' } });
  faults.add({ server: 'thousandeyes', fault: { kind: 'echo' } });
  faults.add({ method: 'GET', fault: { kind: 'echo' } });
  faults.add({ path: '/network', fault: { kind: 'echo' } });
  const kinds = Array.from({ length: 5 }, () => faults.take(request)?.kind);
  expect(kinds).toEqual([undefined, 'refuse', 'refuse', 'malformed', 'malformed']);
  expect(second.fired).toBe(2);
  second.remove();
  faults.clear();
  expect(faults.take(request)).toBeUndefined();
});

test('a rule may look at the whole request', () => {
  const faults = new Faults();
  const request = (authorization: string) =>
    ({ server: 'github', method: 'GET', path: '/', headers: { authorization } }) as const;
  faults.add({ where: ({ headers }) => headers?.authorization === 'Bearer new', fault: { kind: 'echo' } });
  expect(faults.take(request('Bearer old'))).toBeUndefined();
  expect(faults.take(request('Bearer new'))).toEqual({ kind: 'echo' });
});

test('faults come in turn, with the server itself between them', () => {
  const faults = new Faults();
  const request = { server: 'thousandeyes', method: 'GET', path: '/v7/users/current' } as const;
  const handle = faults.sequence({ path: '/users/current', nth: 2 }, [{ kind: 'echo' }, undefined, { kind: 'html' }]);
  const kinds = Array.from({ length: 5 }, () => faults.take(request)?.kind);
  expect(kinds).toEqual([undefined, 'echo', undefined, 'html', undefined]);
  expect(handle.fired).toBe(2);
  const other = faults.sequence({}, [{ kind: 'echo' }, { kind: 'echo' }]);
  faults.take(request);
  other.remove();
  expect([faults.take(request), other.fired]).toEqual([undefined, 1]);
});

test('refused, closed and reset connections leave the server as it was', async () => {
  for (const kind of ['refuse', 'reset-before'] as const) {
    world.faults.add({ times: 1, fault: { kind } });
    expect(await failure(regenerate())).toBe(kind === 'refuse' ? 'UND_ERR_SOCKET' : 'ECONNRESET');
  }
  expect(world.thousandeyes.issued).toEqual([]);
  await world.thousandeyes.stop();
  expect(await failure(regenerate())).toBe('ECONNREFUSED');
  await world.thousandeyes.start();
  expect((await regenerate()).status).toBe(201);
  expect(world.requests.map((request) => request.fault ?? request.status)).toEqual(['refuse', 'reset-before', 201]);
});

test('a reset after the act loses the answer only', async () => {
  world.faults.add({ fault: { kind: 'reset-after' } });
  expect(await failure(regenerate())).toBe('ECONNRESET');
  expect(world.thousandeyes.issued).toHaveLength(1);
});

test.each([true, false])('a server that hangs may have acted: %s', async (acted) => {
  world.faults.add({ fault: { kind: 'hang', acted } });
  const abort = new AbortController();
  const phases: string[] = [];
  world.on(({ phase }) => {
    phases.push(phase);
    if (phase === (acted ? 'acted' : 'received')) setImmediate(() => abort.abort());
  });
  await expect(regenerate(abort.signal)).rejects.toThrow('aborted');
  expect(phases).toEqual(acted ? ['received', 'acted'] : ['received']);
  expect(world.thousandeyes.issued).toHaveLength(acted ? 1 : 0);
});

test('a delay comes after the act', async () => {
  world.faults.add({ fault: { kind: 'delay', ms: 60 } });
  const times: Record<string, number> = {};
  world.on(({ phase }) => {
    times[phase] = performance.now();
  });
  expect((await regenerate()).status).toBe(201);
  const { acted = 0, answered = 0 } = times;
  expect(answered - acted).toBeGreaterThanOrEqual(59);
});

test('any status, with headers and body as told, acting only when told to', async () => {
  world.faults.add({
    times: 1,
    fault: { kind: 'status', status: 503, headers: { 'Retry-After': '7' }, body: { a: 1 } },
  });
  const first = await regenerate();
  expect([first.status, first.headers.get('retry-after'), await first.json()]).toEqual([503, '7', { a: 1 }]);
  expect(world.thousandeyes.issued).toEqual([]);
  world.faults.add({
    fault: { kind: 'status', status: 418, body: 'plain', contentType: 'text/plain', act: true },
  });
  const second = await call(world.thousandeyes, 'POST', '/api-tokens', { token: world.currentToken }).catch(String);
  expect(second).toContain('is not valid JSON');
  expect(world.thousandeyes.issued).toHaveLength(1);
});

test('an answer may go out changed, with the length that fits', async () => {
  world.faults.add({ times: 1, fault: alterJson<object>((body) => ({ ...body, validUntil: 'never' })) });
  expect(await (await regenerate()).json()).toEqual({ bearerToken: expect.any(String), validUntil: 'never' });
  expect(world.thousandeyes.issued).toHaveLength(1);
  world.faults.add({ times: 1, fault: addHeaders({ 'Retry-After': '12.5', 'X-Odd': '1' }) });
  const { headers, status } = await regenerate();
  expect([status, headers.get('retry-after'), headers.get('x-odd')]).toEqual([409, '12.5', '1']);
  expect(headers.get('content-type')).toBe('application/problem+json');
});

test('a malformed body has the right status and media type', async () => {
  world.faults.add({ fault: { kind: 'malformed' } });
  const answer = await regenerate();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'application/hal+json']);
  await expect(answer.json()).rejects.toThrow('is not valid JSON');
  expect(world.thousandeyes.issued).toHaveLength(1);
});

test.each([undefined, 5])('a truncated body ends early (bytes: %s)', async (bytes) => {
  world.thousandeyes.nextToken = 'te-next';
  world.faults.add({ fault: { kind: 'truncated', ...(bytes === undefined ? {} : { bytes }) } });
  const { port } = new URL(world.thousandeyes.url);
  const raw = await new Promise<string>((resolve) => {
    let all = '';
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(`POST /v7/api-tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.currentToken}\r\n\r\n`);
    });
    socket.on('data', (chunk) => {
      all += chunk;
    });
    socket.on('close', () => resolve(all));
  });
  const [head = '', body = ''] = raw.split('\r\n\r\n');
  const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
  expect(head).toMatch(/^HTTP\/1.1 201/);
  expect(body).toHaveLength(bytes ?? Math.floor(length / 2));
  expect('{"bearerToken":"te-next","validUntil":"'.startsWith(body.slice(0, 30))).toBe(true);
});

test('a proxy page, an echo and a huge body', async () => {
  world.faults.add({ times: 1, fault: { kind: 'html', status: 403 } });
  const page = await regenerate();
  expect([page.status, page.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
  expect(await page.text()).toContain('<html>');
  world.faults.add({ times: 1, fault: { kind: 'echo' } });
  const echo = await regenerate();
  expect([echo.status, await echo.text()]).toEqual([400, expect.stringContaining(world.currentToken)]);
  world.faults.add({ times: 1, fault: { kind: 'huge', status: 500 } });
  const huge = await regenerate();
  expect([huge.status, (await huge.text()).length]).toEqual([500, expect.any(Number)]);
  expect(Number(huge.headers.get('content-length'))).toBeGreaterThan(10_000_000);
  expect(world.thousandeyes.issued).toEqual([]);
});

test('what a fault answers is no breach of the contract, what is asked remains one', async () => {
  world.faults.add({ fault: { kind: 'status', status: 418, body: 'x' } });
  await regenerate();
  expect(world.violations).toEqual([]);
  await fetch(`${world.github.url}/nowhere`);
  expect(world.violations.splice(0)).toEqual(['GET /nowhere: not in the contract']);
});

test('requests are recorded as they came, listeners hear of every phase', async () => {
  const events: TrafficEvent[] = [];
  const stop = world.on((event) => events.push(event));
  await fetch(`${world.github.url}/repos/acme/a%2Fb?page=1`, { headers: { Authorization: 'token x' } }).then((r) =>
    r.text(),
  );
  stop();
  await regenerate();
  expect(events.map((event) => event.phase)).toEqual(['received', 'acted', 'answered']);
  expect(world.requests[0]).toMatchObject({
    server: 'github',
    method: 'GET',
    path: '/repos/acme/a%2Fb',
    headers: { authorization: 'token x' },
    body: '',
    status: 401,
  });
  expect(world.requests[0]?.query.get('page')).toBe('1');
  expect(world.requests[1]).toMatchObject({ server: 'thousandeyes', path: '/v7/api-tokens', status: 201 });
});

test('latency holds back every answer', async () => {
  world.github.latency = 60;
  const started = performance.now();
  expect((await fetch(`${world.github.url}/repos/acme/network`)).status).toBe(401);
  expect(performance.now() - started).toBeGreaterThanOrEqual(59);
});

test('requests in flight at once are counted', async () => {
  world.faults.add({ fault: { kind: 'hang', acted: false } });
  const abort = new AbortController();
  let received = 0;
  world.on(() => {
    received += 1;
    if (received === 3) abort.abort();
  });
  await Promise.allSettled([regenerate(abort.signal), regenerate(abort.signal), regenerate(abort.signal)]);
  expect([world.thousandeyes.maxConcurrent, world.github.maxConcurrent]).toEqual([3, 0]);
});
