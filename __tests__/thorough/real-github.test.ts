import { createVerify, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { expression } from '../../sandbox/runner/expressions.ts';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { appToken } from '../../scripts/real-github/app-token.ts';
import { compare } from '../../scripts/real-github/compare.ts';
import { dateLags } from '../../scripts/real-github/date-lag.ts';
import { Description } from '../../scripts/real-github/description.ts';
import { type Exchange, shapeOf, shapeOfBody } from '../../scripts/real-github/exchange.ts';
import { judge } from '../../scripts/real-github/judge.ts';
import { startRecorder } from '../../scripts/real-github/recorder.ts';
import { playInSandbox, STEPS } from '../../scripts/real-github/scenario.ts';
import { codeIn, read } from '../docs/support/markdown.ts';
import { isOurs, type Workflow } from '../docs/support/workflows.ts';

const description = new Description();
const publicKey = 'GET /repos/{owner}/{repo}/actions/secrets/public-key';

describe('a shape', () => {
  test('holds names and types, and no value', () => {
    const value = { total: 3, list: [{ id: 1, note: null }, { id: 'x' }], empty: [], on: true };
    expect(shapeOf(value)).toEqual({
      '': ['object'],
      '/total': ['number'],
      '/list': ['array'],
      '/list/*': ['object'],
      '/list/*/id': ['number', 'string'],
      '/list/*/note': ['null'],
      '/empty': ['array'],
      '/on': ['boolean'],
    });
  });

  test('of nothing, and of what is no JSON', () => {
    expect([shapeOfBody(''), shapeOfBody('<html>')]).toEqual([{}, { '': ['text'] }]);
  });
});

describe('the description', () => {
  test.each([
    ['GET', '/repos/acme/network/actions/secrets/public-key', publicKey],
    ['PUT', '/repos/acme/network/actions/secrets/TE_TOKEN', 'PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}'],
    ['GET', '/repositories/4711', 'GET /repos/{owner}/{repo}'],
    ['GET', '/somewhere/acme/TE_TOKEN', 'GET a path that is not described'],
  ])('%s %s has a name that names nobody', (method, path, name) => {
    expect(description.operationOf(method, path)).toBe(name);
  });

  test('promises fields, those of lists too', () => {
    expect(description.required(publicKey, 200)).toEqual(new Set(['/key_id', '/key']));
    expect(description.required('GET /installation/repositories', 200)).toContain('/repositories/*/full_name');
    expect(description.required(publicKey, 204)).toEqual(new Set());
  });
});

describe('a comparison', () => {
  const real = (more: Partial<Exchange> = {}): Exchange => ({
    operation: publicKey,
    status: 200,
    mediaType: 'application/json',
    headers: ['content-type', 'etag', 'x-ratelimit-limit'],
    body: shapeOf({ key_id: 'a', key: 'b' }),
    ...more,
  });
  const sandbox = real({ headers: ['content-type', 'x-ratelimit-limit'] });
  const differences = (more: Partial<Exchange>, own = sandbox) =>
    compare([real(more)], [own], (operation, status) => description.required(operation, status));

  test('finds nothing where both say the same', () => {
    expect(differences({})).toEqual({ differences: [], notes: [] });
  });

  test.each<[string, Partial<Exchange>, RegExp]>([
    ['a status', { status: 302 }, /→ 302: the sandbox never answers so/],
    ['an operation', { operation: 'GET a path that is not described' }, /the sandbox never answers so/],
    ['a type', { body: shapeOf({ key_id: 1, key: 'b' }) }, /\/key_id is number, in the sandbox string/],
    ['a field that only the sandbox has', { body: shapeOf({ key: 'b' }) }, /only the sandbox has \/key_id/],
    ['a list in place of an object', { body: shapeOf([]) }, /the body is array, in the sandbox object/],
    ['a media type', { mediaType: 'text/html' }, /GitHub sends text\/html, the sandbox application\/json/],
    ['a missing header', { headers: ['content-type'] }, /only the sandbox sends the header x-ratelimit-limit/],
    [
      'one more header that means something',
      { headers: [...sandbox.headers, 'sunset'] },
      /only GitHub sends the header sunset/,
    ],
  ])('finds %s', (_, more, message) => {
    expect(differences(more).differences).toContainEqual(expect.stringMatching(message));
  });

  test('finds a promised field that the sandbox lacks', () => {
    expect(differences({}, { ...sandbox, body: shapeOf({ key: 'b' }) }).differences).toEqual([
      `${publicKey} → 200: only GitHub has /key_id, which its description promises`,
    ]);
  });

  test('only notes what GitHub says beyond, and what it may answer to anything', () => {
    expect(differences({ body: shapeOf({ key_id: 'a', key: 'b', url: 'c' }) })).toEqual({
      differences: [],
      notes: [`${publicKey} → 200: only GitHub has /url`],
    });
    for (const status of [401, 429, 502]) expect(differences({ status })).toMatchObject({ differences: [] });
  });

  test('says nothing of what is below an empty list, and of null', () => {
    const lists = { ...sandbox, body: shapeOf({ list: [{ id: 1 }], note: null }) };
    expect(differences({ body: shapeOf({ list: [], note: 'x' }) }, lists).differences).toEqual([]);
  });
});

describe('the recorder', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  }

  test('passes on what it is asked and answered, and keeps the shape alone', async () => {
    const upstream = await serve(async (incoming, response) => {
      const asked = `${incoming.method} ${incoming.url} ${incoming.headers.authorization} ${await text(incoming)}`;
      const headers = { 'content-type': 'application/json; charset=utf-8', 'x-asked': encodeURIComponent(asked) };
      response.writeHead(201, headers).end('{"name":"private-name"}');
    });
    const noted: Exchange[] = [];
    const recorder = await startRecorder(upstream, (exchange) => noted.push(exchange));
    const path = '/repos/acme/private-name/actions/secrets/TE_TOKEN';
    const answer = await fetch(`${recorder.url}${path}?page=2`, {
      method: 'PUT',
      headers: { authorization: 'Bearer ghs_1' },
      body: '{"encrypted_value":"c2VhbGVk"}',
    });
    expect([answer.status, await answer.text()]).toEqual([201, '{"name":"private-name"}']);
    expect(decodeURIComponent(answer.headers.get('x-asked') ?? '')).toBe(
      `PUT /api/v3${path}?page=2 Bearer ghs_1 {"encrypted_value":"c2VhbGVk"}`,
    );
    await recorder.close();
    expect(noted).toEqual([
      {
        operation: 'PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}',
        status: 201,
        mediaType: 'application/json',
        headers: expect.arrayContaining(['content-type', 'x-asked']),
        body: { '': ['object'], '/name': ['string'] },
      },
    ]);
    expect(JSON.stringify(noted)).not.toMatch(/private-name|ghs_1|c2VhbGVk|acme/);
  });

  test('turns a redirect to itself, and follows none', async () => {
    const upstream = await serve((incoming, response) => {
      const origin = `http://${incoming.headers.host}`;
      response.writeHead(301, { location: `${origin}/api/v3/repositories/1` }).end('{}');
    });
    const recorder = await startRecorder(upstream, () => undefined);
    const answer = await fetch(`${recorder.url}/repos/acme/old`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([301, `${recorder.url}/repositories/1`]);
    await recorder.close();
  });

  test('a connection that breaks behind it breaks in front of it', async () => {
    const upstream = await serve((incoming) => incoming.socket.destroy());
    const noted: Exchange[] = [];
    const recorder = await startRecorder(upstream, (exchange) => noted.push(exchange));
    await expect(fetch(`${recorder.url}/repos/acme/network`)).rejects.toThrow();
    await recorder.close();
    expect(noted).toEqual([]);
  });
});

test.each([
  ['stateless', 'enabled'],
  ['stateful', 'disabled'],
] as const)("an App's %s token is asked for by its header, to read alone", async (form, header) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const seen: { path: string; body: string; form: unknown; jwt: string }[] = [];
  const server = createServer(async ({ url = '', headers, method }, response) => {
    const jwt = String(headers.authorization).replace('Bearer ', '');
    seen.push({ path: `${method} ${url}`, body: '', form: headers['x-github-stateless-s2s-token'], jwt });
    response.end(JSON.stringify({ id: 7, token: 'ghs_of-the-form' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const app = { api, clientId: 'Iv1', privateKey: pem, repository: 'octo-org/rotation-scratch' };
  expect(await appToken(app, form)).toBe('ghs_of-the-form');
  server.close();
  expect(seen.map(({ path }) => path)).toEqual([
    'GET /repos/octo-org/rotation-scratch/installation',
    'POST /app/installations/7/access_tokens',
  ]);
  expect(seen.map((each) => each.form)).toEqual([header, header]);
  const [head, claims, signature] = (seen[1]?.jwt ?? '').split('.');
  const isSigned = createVerify('RSA-SHA256')
    .update(`${head}.${claims}`)
    .verify(publicKey, signature ?? '', 'base64url');
  expect(isSigned).toBe(true);
  expect(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())).toMatchObject({ iss: 'Iv1' });
});

test('how late dates show is measured, and nothing is left of it', async () => {
  await using world = await startWorld({ scale: 10 });
  const lags = () => dateLags(world.github.url, HOME, world.githubToken);
  world.github.updatedAtLag = 30_000;
  const { secret } = await lags();
  expect(secret).toBeGreaterThan(25);
  expect(secret).toBeLessThan(60);
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
  expect(world.variable('ROTATION_DATE_TEST').value).toBeUndefined();
}, 60_000);

describe('the whole', () => {
  const modes = codeIn((parse(read('action.yml')) as Action).inputs.mode?.description ?? '');
  const steps = STEPS.filter(({ mode }) => modes.includes(mode));
  const stores = [HOME, `${HOME}/environments/rotation`, `${HOME}/dependabot`, `${HOME}/codespaces`, `${HOME}/agents`];

  test('a GitHub that answers as the sandbox does is found to, and one that does not is not', async () => {
    const [answered, again] = await Promise.all([playInSandbox(steps, stores), playInSandbox(steps, stores)]);
    const lines = (all: Exchange[]) => all.map((exchange) => `${JSON.stringify(exchange)}\n`).join('');
    expect(judge(lines(answered), again)).toEqual([]);

    const changed = answered.map((exchange) =>
      exchange.operation === publicKey && exchange.status === 200
        ? { ...exchange, body: shapeOf({ key_id: 1, key: 'b' }) }
        : exchange,
    );
    expect(judge(lines(changed.filter(({ status }) => status !== 301)), again)).toEqual([
      'GitHub was not seen to answer 301, a rename',
      `${publicKey} → 200: /key_id is number, in the sandbox string`,
    ]);
  }, 120_000);

  test('a step that does not end as it should is told', async () => {
    const [first] = STEPS;
    if (first === undefined) throw new Error('There are no steps');
    await expect(playInSandbox([{ ...first, outcome: 'failure' }], [HOME])).rejects.toThrow(
      '"Check" ended in success, not in failure',
    );
  });

  test('github.yml does these steps, in this order, with these inputs', () => {
    const { jobs } = parse(read('.github/workflows/github.yml')) as Workflow;
    const issued = expression('steps.rotate.outputs.token');
    const scene = { targets: 'TARGETS', repository: 'OWNER/REPOSITORY', renamed: 'OWNER/RENAMED', issued };
    const filled = (text: unknown) => String(text).replace(/\$\{\{ vars\.REAL_GITHUB_(\w+) \}\}/g, '$1');
    const done = (jobs.real?.steps ?? []).filter(isOurs).map((step) => {
      const {
        'thousandeyes-token': _token,
        'thousandeyes-api-url': _thousandEyes,
        'github-api-url': _github,
        'github-token': credential,
        mode,
        targets,
        ...more
      } = step.with ?? {};
      return {
        name: step.name,
        mode,
        credential: /steps\.(?:forms\.outputs\.)?([\w-]+)/.exec(String(credential))?.[1],
        outcome: step['continue-on-error'] ? 'failure' : 'success',
        inputs: { targets: filled(targets), ...more },
      };
    });
    expect(done).toEqual(STEPS.map(({ isLeft: _, ...step }) => ({ ...step, inputs: step.inputs(scene) })));
  });
});

type Action = { inputs: Record<string, { description: string }> };
