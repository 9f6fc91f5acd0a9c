import { describe, expect, test } from '@jest/globals';
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
  test('reads, write tests, one POST, one check, the home, the others; the tests are gone', async () => {
    await using world = await scene();
    const run = await world.run({ with: { targets: lines.join('\n') } });
    expect(run.exitCode).toBe(0);
    const stages = world.requests.map(({ server, method, path }) => {
      if (method === 'GET') return server === 'thousandeyes' ? 'check' : 'read';
      if (isTest(path)) return method === 'PUT' ? 'test' : 'clean up';
      return method === 'POST' ? 'ask' : path.startsWith('/repos/acme/network/actions') ? 'home' : 'other';
    });
    // The home is read back, and who may see the organization's, beside the writes to the others.
    const asking = stages.indexOf('ask');
    const withoutCleanUp = stages.filter(
      (stage, index) => stage !== 'clean up' && (stage !== 'read' || index < asking),
    );
    const runs = withoutCleanUp.filter((stage, index) => stage !== withoutCleanUp[index - 1]);
    // The first check and the reads are sent together, in any order.
    expect(runs.slice(runs.indexOf('test'))).toEqual(['test', 'ask', 'check', 'home', 'other']);
    expect(new Set(runs.slice(0, runs.indexOf('test')))).toEqual(new Set(['check', 'read']));
    const count = (stage: string) => stages.filter((each) => each === stage).length;
    // acme: Actions, environment, Dependabot, organization; octo-org: Actions.
    expect([count('test'), count('clean up'), count('ask'), count('check'), count('home'), count('other')]).toEqual([
      5, 5, 1, 2, 1, 6,
    ]);
    for (const line of lines) {
      expect(world.github.open(line)).toBe(world.thousandeyes.issued[0]);
      expect(world.github.secretNames(line)).toEqual(['TE_TOKEN']);
    }
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
    for (const line of lines) expect(world.github.secretNames(line)).toEqual(['TE_TOKEN']);
  });

  test('a full store is a warning of the write test, not a stop', async () => {
    await using world = await scene();
    for (let index = 0; index < 99; index++) world.github.seed(HOME, { name: `OTHER_${index}`, value: 'x' });
    world.faults.add({
      method: 'PUT',
      path: writeTestPath,
      fault: { kind: 'status', status: 422, body: '{"message":"Maximum number of secrets"}' },
    });
    const run = await world.run();
    expect(run.exitCode).toBe(0);
    expect(run.annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  });
});

const writeTestPath = /ROTATION_WRITE_TEST$/;

describe('the token', () => {
  test('shows on the add-mask line only, which comes before all else that follows the answer', async () => {
    await using world = await scene();
    const run = await world.run({ with: { targets: lines.join('\n'), 'expiry-variable': 'TE_EXPIRES' } });
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
      /`rotate-when-days-left` needs `expiry-variable`/,
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
