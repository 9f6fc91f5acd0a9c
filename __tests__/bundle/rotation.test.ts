import { describe, expect, test } from '@jest/globals';
import { asksForToken } from '../../sandbox/http/traffic.ts';
import { findLeaks } from '../../sandbox/leaks.ts';
import { allOutput } from '../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';

const lines = [
  HOME,
  'acme/other',
  'acme/network/environments/Production EU',
  'acme/network/dependabot',
  'orgs/acme',
  'octo-org/tools',
  'octo-org/more',
];

async function scene(): Promise<World> {
  const world = await startWorld();
  world.setup(lines.slice(1));
  return world;
}

const isTest = (path: string) => path.endsWith('/ROTATION_WRITE_TEST');

describe('the order of things', () => {
  test('reads, proofs, one POST, the token beside the home, the home, the others, the record; nothing is left', async () => {
    await using world = await scene();
    const run = await world.run({ with: { targets: lines.join('\n') } });
    expect(run.exitCode).toBe(0);
    const stages = world.requests.flatMap(({ server, method, path }) => {
      if (server === 'thousandeyes') return [method === 'POST' ? 'ask' : 'check'];
      if (method === 'GET') return [];
      if (isTest(path)) return [method === 'PUT' ? 'test' : 'clean up'];
      if (path.includes('/variables')) return ['record'];
      if (path.endsWith('/TE_TOKEN_NEXT')) return [method === 'PUT' ? 'next' : 'unpark'];
      return [path.startsWith('/repos/acme/network/actions') ? 'home' : 'other'];
    });
    const asking = stages.indexOf('ask');
    // The token in hand is noted first; then everything is proven side by side.
    expect(stages.slice(0, 2)).toEqual(['check', 'record']);
    const proofs = stages.slice(2, asking).filter((stage) => stage !== 'clean up');
    expect(proofs.sort()).toEqual(['next', 'test', 'test', 'test', 'test']);
    const after = stages.slice(asking + 1).filter((stage) => stage !== 'clean up');
    expect(after.slice(0, 2).sort()).toEqual(['check', 'next']);
    expect(after.slice(2)).toEqual(['home', ...lines.slice(1).map(() => 'other'), 'record', 'unpark']);
    // acme: environment, Dependabot, organization; octo-org: Actions.
    expect(stages.filter((stage) => stage === 'clean up')).toHaveLength(4);
    for (const line of lines) {
      expect(world.github.open(line)).toBe(world.thousandeyes.issued[0]);
      expect(world.github.secretNames(line)).toEqual(['TE_TOKEN']);
    }
    expect(world.variable().json?.targets).toHaveLength(lines.length);
  });

  test('a write test of an organization is seen by no repository', async () => {
    await using world = await scene();
    await world.run({ with: { targets: lines.join('\n') } });
    const test = world.requests.find(
      ({ method, path }) => method === 'PUT' && path.startsWith('/orgs/') && isTest(path),
    );
    expect(JSON.parse(test?.body ?? '')).toMatchObject({ visibility: 'selected', selected_repository_ids: [] });
  });

  test.each([
    '/repos/octo-org/more',
    '/repos/acme/other/actions/secrets/public-key',
    '/orgs/acme/actions/secrets/TE_TOKEN',
  ])('nothing is issued when reading %s fails', async (path) => {
    await using world = await scene();
    world.faults.add({ method: 'GET', path, fault: { kind: 'status', status: 404, body: '{"message":"Not Found"}' } });
    const run = await world.run({ with: { targets: lines.join('\n') } });
    expect(run.exitCode).toBe(1);
    expect(world.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('nothing is issued when one write test is forbidden, and the others are gone', async () => {
    await using world = await scene();
    world.faults.add({
      method: 'PUT',
      path: /octo-org.*WRITE_TEST/,
      fault: { kind: 'status', status: 403, body: '{"message":"Must have admin rights to Repository."}' },
    });
    const run = await world.run({ with: { targets: lines.join('\n') } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/octo-org\/tools/);
    expect(world.thousandeyes.issued).toEqual([]);
    // The note beside the home is taken back, too.
    for (const line of lines) expect(world.github.secretNames(line)).toEqual(['TE_TOKEN']);
  });

  test('a home whose store is full has no place for the next token: the run stops', async () => {
    await using world = await startWorld();
    for (let index = 0; index < 99; index++) world.github.seed(HOME, { name: `OTHER_${index}`, value: 'x' });
    const run = await world.run();
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/TE_TOKEN_NEXT.*422/);
    expect(world.requests.some(asksForToken)).toBe(false);
  });

  test('a full store of another target is a warning of the write test, not a stop', async () => {
    await using world = await startWorld();
    world.setup(['acme/network/dependabot']);
    for (let index = 0; index < 99; index++)
      world.github.seed('acme/network/dependabot', { name: `OTHER_${index}`, value: 'x' });
    const run = await world.run({ with: { targets: `${HOME}\nacme/network/dependabot` } });
    expect(run).toMatchObject({ exitCode: 0, annotations: [{ level: 'warning' }] });
    expect(world.github.open('acme/network/dependabot')).toBe(world.thousandeyes.issued[0]);
  });
});

describe('the token', () => {
  test('shows on the add-mask line only, which comes before all else that follows the answer', async () => {
    await using world = await scene();
    const run = await world.run({ with: { targets: lines.join('\n') } });
    const [token = ''] = world.thousandeyes.issued;
    expect(token.length).toBeGreaterThan(20);
    expect(findLeaks(allOutput(run), token)).toEqual([]);
    const maskLine = `::add-mask::${token}`;
    const output = run.stdout.split(/\r?\n/);
    expect(output.filter((line) => line.includes(token))).toEqual([maskLine]);
    // Before it stands what was said before the POST, behind it all else.
    const next = output[output.indexOf(maskLine) + 1];
    expect(output[output.indexOf(maskLine) - 1]).toMatch(/asking ThousandEyes for a new token/);
    expect(next).toMatch(/^Issued/);
    const seen = world.requests.filter(
      (request) => findLeaks(JSON.stringify([request.path, request.headers, request.body]), token).length > 0,
    );
    expect(seen.map(({ server, method, headers }) => [server, method, headers.authorization])).toEqual([
      ['thousandeyes', 'GET', `Bearer ${token}`],
    ]);
  });

  test('is an output when asked for, also when a target failed', async () => {
    await using world = await scene();
    world.faults.add({
      method: 'PUT',
      path: '/repos/acme/other/actions/secrets/TE_TOKEN',
      fault: { kind: 'status', status: 404, body: '{"message":"Not Found"}' },
    });
    const run = await world.run({ with: { targets: lines.join('\n'), 'expose-token': 'true' } });
    expect(run.exitCode).toBe(1);
    expect(run.outputs.token).toBe(world.thousandeyes.issued[0]);
    expect(findLeaks(run.log + run.summary, run.outputs.token ?? '')).toEqual([]);
  });

  test('is not shown by a server that repeats what it was sent', async () => {
    await using world = await scene();
    const echo = { kind: 'echo', status: 500 } as const;
    const rule = { server: 'thousandeyes', path: '/users/current', nth: 2, times: 1, fault: echo } as const;
    const met = world.faults.add(rule);
    const run = await world.run({ with: { targets: lines.join('\n') } });
    expect({ fired: met.fired, exitCode: run.exitCode }).toEqual({ fired: 1, exitCode: 0 });
    const [token = ''] = world.thousandeyes.issued;
    for (const secret of [token, world.currentToken, world.githubToken]) {
      expect(findLeaks(allOutput(run), secret)).toEqual([]);
    }
  });

  test('each credential goes to its own origin only', async () => {
    await using world = await scene();
    expect((await world.run({ with: { targets: lines.join('\n') } })).exitCode).toBe(0);
    const tokens = [world.currentToken, world.thousandeyes.issued[0] ?? ''];
    for (const { server, path, headers, body } of world.requests) {
      const [own, foreign] = server === 'github' ? [[world.githubToken], tokens] : [tokens, [world.githubToken]];
      const sent = JSON.stringify([path, headers, body]);
      expect(own.some((token) => sent.includes(token))).toBe(true);
      for (const token of foreign) expect(findLeaks(sent, token)).toEqual([]);
    }
  });
});

describe('inputs that are wrong', () => {
  test('get one clear error each, all in one run, and no request is sent', async () => {
    await using world = await startWorld();
    const run = await world.run({
      without: ['thousandeyes-token-next'],
      with: {
        'thousandeyes-token': '',
        'github-token': '  ',
        mode: 'rotat',
        'create-missing': 'yes',
        'expose-token': 'on',
        'thousandeyes-api-url': 'http://api.example.com',
        'github-api-url': 'https://user:hunter2@github.example.com',
        'secret-name': 'GITHUB_THING',
        'rotate-when-days-left': '7',
        targets: 'acme/network/dependabot\nacme\nacme/network/nonsense',
      },
    });
    expect(run.exitCode).toBe(1);
    const errors = run.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
    const named = [
      /`thousandeyes-token` is empty.*Dependabot/,
      /`github-token` is empty/,
      /`mode`: expected `rotate`, `sync`, `check` or `rehearse`, got `rotat`/,
      /`create-missing`.*`yes`/,
      /`expose-token`.*`on`/,
      /`thousandeyes-api-url`.*https/,
      /`github-api-url`.*user name and password/,
      /`secret-name`.*GITHUB_/,
      /`rotate-when-days-left`: expected a whole number from 15 to 700, got `7`/,
      /thousandeyes-token-next: \$\{\{ secrets\./,
      /`targets`, line 2/,
      /`targets`, line 3/,
      /home.*not a dependabot one/,
    ];
    for (const pattern of named) expect(run.log.match(new RegExp(pattern, 'g'))).toHaveLength(1);
    expect(errors.length).toBeLessThanOrEqual(10);
    expect(run.log).not.toContain('hunter2');
    expect(world.requests).toEqual([]);
  });
});
