import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY, HOUR } from '../../sandbox/clocks/clock.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const issued = () => world.thousandeyes.issued.at(-1);

describe('a pattern', () => {
  const targets = `${HOME}\nacme/terraform-*`;

  beforeEach(() => {
    const names = Array.from({ length: 130 }, (_, index) => `terraform-${String(index).padStart(3, '0')}`);
    for (const name of names) world.github.addRepository(`acme/${name}`, { private: true });
    world.setup(['acme/terraform-001', 'acme/terraform-129', 'acme/terraform-050', 'acme/terraform-060']);
    world.github.addRepository('acme/terraform-050', { archived: true });
    world.github.addRepository('acme/terraform-060', { disabled: true });
    world.setup(['acme/unrelated']);
  });

  const expectFound = async (githubToken: string) => {
    const run = await world.run({ with: { targets, 'github-token': githubToken } });
    expect(run.log).toMatch(
      /acme\/terraform-\*: of \d+ repositories 130 match, 2 hold the secret; left out: 126 without it, 1 archived, 1 disabled/,
    );
    expect(run.exitCode).toBe(0);
    for (const line of [HOME, 'acme/terraform-001', 'acme/terraform-129'])
      expect(world.github.open(line)).toBe(issued());
    for (const line of ['acme/terraform-050', 'acme/terraform-060', 'acme/unrelated']) {
      expect(world.github.open(line)).toBe(world.currentToken);
    }
    expect(world.github.secretNames('acme/terraform-002')).toEqual([]);
    return run;
  };

  test('finds the repositories of an organization that already hold the secret, over all pages', async () => {
    const run = await expectFound(world.githubToken);
    expect(JSON.parse(run.outputs.results ?? '').map(({ target }: { target: string }) => target)).toEqual([
      HOME,
      'acme/terraform-001',
      'acme/terraform-129',
    ]);
  });

  test("finds those of an App's installation", async () => {
    world.github.addCredential('ghs_app', { kind: 'app', owners: ['acme'] });
    await expectFound('ghs_app');
  });

  test('names what it found only where the running repository is private', async () => {
    world.github.addRepository(HOME, { private: false });
    const run = await world.run({ with: { targets } });
    expect(run.exitCode).toBe(0);
    expect(run.log + run.summary).not.toMatch(/terraform-\d/);
    expect(run.summary).toMatch(/2 repositories.*acme\/terraform-&#42;/);
    const shown = await startWorld();
    shown.setup(['acme/terraform-001']);
    expect((await shown.run({ with: { targets } })).summary).toContain('acme/terraform-001');
    await shown.close();
  });

  test('does not name a repository in public either when its write fails or waits', async () => {
    world.github.addRepository(HOME, { private: false });
    world.faults.add({
      method: 'PUT',
      path: '/repos/acme/terraform-001/actions/secrets/TE_TOKEN',
      times: 1,
      fault: { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
    });
    world.faults.add({
      method: 'PUT',
      path: '/repos/acme/terraform-129/actions/secrets/TE_TOKEN',
      fault: { kind: 'status', status: 403, body: '{"message":"no"}' },
    });
    const run = await world.run({ with: { targets } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/trying again in 3 s/);
    expect(run.log + run.summary + run.post?.log + run.post?.summary).not.toMatch(/terraform-\d/);
  }, 30_000);

  test('counts the home once, whatever finds it', async () => {
    const run = await world.run({ with: { targets: `${HOME}\nacme/net*\nACME/Network/actions` } });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.outputs.results ?? '')).toHaveLength(1);
  });

  test('that finds nothing is an error', async () => {
    const run = await world.run({ with: { targets: `${HOME}\nacme/ansible-*` } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/acme\/ansible-\*.*0 match/);
    expect(world.thousandeyes.issued).toEqual([]);
  });
});

describe('sync', () => {
  const targets = `${HOME}\nacme/other`;
  const sync = (token?: string) => ({
    with: { targets, mode: 'sync', ...(token === undefined ? {} : { 'thousandeyes-token': token }) },
  });

  beforeEach(() =>
    world.setup(['acme/other'], {
      value: 'te-older',
      updatedAt: Date.now() - 500 * DAY,
      createdAt: Date.now() - 600 * DAY,
    }),
  );

  test('writes every target but the home, and shows their age', async () => {
    world.github.seed(HOME, {
      value: world.currentToken,
      createdAt: Date.now() - 400 * DAY,
      updatedAt: Date.now() - 2 * HOUR,
    });
    const run = await world.run(sync());
    expect(run.exitCode).toBe(0);
    expect(world.github.open('acme/other')).toBe(world.currentToken);
    expect(
      world.requests.filter(({ method, path }) => method !== 'GET' && path.startsWith('/repos/acme/network')),
    ).toEqual([]);
    expect(world.thousandeyes.issued).toEqual([]);
    expect(run.log).toMatch(/acme\/other \(499 days older\)/);
    expect(run.outputs.rotated).toBe('false');
  });

  test('refuses where the home was written after the run was created', async () => {
    world.github.seed(HOME, { value: 'te-newer', createdAt: Date.now() - 400 * DAY, updatedAt: Date.now() + 1000 });
    const run = await world.run(sync());
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/after this run was created.*fresh run/);
    expect(world.github.open('acme/other')).toBe('te-older');
  });

  test('needs to know when the run was created, and names the permission', async () => {
    world.github.seed(HOME, {
      value: world.currentToken,
      createdAt: Date.now() - 400 * DAY,
      updatedAt: Date.now() - 2 * HOUR,
    });
    world.github.addCredential('github_pat_x', {
      kind: 'fine-grained',
      permissions: { metadata: 'read', secrets: 'write' },
    });
    const run = await world.run({ with: { ...sync().with, 'github-token': 'github_pat_x' } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain('Actions: read');
    expect(world.github.open('acme/other')).toBe('te-older');
  });
});

describe('two runs in a queue with the same token', () => {
  test('the second, as rotate and then as sync, brings no target back to the old token', async () => {
    world.setup(['acme/other']);
    const targets = `${HOME}\nacme/other`;
    const old = world.currentToken;
    world.github.addRun(HOME, { id: 4712, createdAt: Date.now() });
    const first = await world.run({ with: { targets } });
    expect(first.exitCode).toBe(0);
    const second = await world.run({ with: { targets, 'thousandeyes-token': old }, context: { runId: 4712 } });
    expect(second.exitCode).toBe(0);
    expect(second.outputs.rotated).toBe('false');
    const third = await world.run({
      with: { targets, 'thousandeyes-token': old, mode: 'sync' },
      context: { runId: 4712 },
    });
    expect(third.exitCode).toBe(1);
    expect(third.log).toMatch(/after this run was created/);
    for (const line of [HOME, 'acme/other']) expect(world.github.open(line)).toBe(issued());
  });

  test('also where GitHub shows the dates of the first run late', async () => {
    await using fast = await startWorld({ scale: 30 });
    const onItsClock = {
      env: fast.clock.env,
      execArgv: ['--import', import.meta.resolve('../../sandbox/clocks/scaled.ts')],
    };
    fast.setup(['acme/other']);
    const targets = `${HOME}\nacme/other`;
    const old = fast.currentToken;
    fast.github.addRun(HOME, { id: 4712, createdAt: fast.clock.now() });
    expect(await fast.run({ ...onItsClock, with: { targets } })).toMatchObject({ exitCode: 0 });
    fast.github.updatedAtLag = 80_000;
    const third = await fast.run({
      ...onItsClock,
      with: { targets, 'thousandeyes-token': old, mode: 'sync' },
      context: { runId: 4712 },
    });
    expect(third.exitCode).toBe(1);
    expect(third.log).toContain('again in 90 s: GitHub shows a write late');
    expect(third.log).toMatch(/after this run was created/);
    for (const line of [HOME, 'acme/other']) expect(fast.github.open(line)).toBe(fast.thousandeyes.issued[0]);
  });
});

describe('a rate limit', () => {
  test('that refuses one request quiets all of them for as long as told', async () => {
    const others = Array.from({ length: 60 }, (_, index) => `acme/service-${index}`);
    world.setup(others);
    world.faults.add({
      method: 'PUT',
      path: '/repos/acme/service-3/actions/secrets/TE_TOKEN',
      times: 1,
      fault: {
        kind: 'status',
        status: 403,
        headers: { 'retry-after': '3' },
        body: '{"message":"You have exceeded a secondary rate limit"}',
      },
    });
    const run = await world.run({ with: { targets: [HOME, ...others].join('\n') } });
    expect(run.exitCode).toBe(0);
    expect(run.log).toMatch(/acme\/service-3.*secondary rate limit.*trying again in 3 s/);
    const refusedAt = world.requests.find(({ status }) => status === 403)?.at ?? 0;
    // Those that were on their way, forty at most, and what left before the refusal came back; then nobody for three seconds.
    const writes = world.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/TE_TOKEN'));
    expect(writes.filter(({ at }) => at < refusedAt + 2_900).length).toBeLessThan(others.length * 0.8);
    expect(writes).toHaveLength(1 + others.length + 1);
    for (const line of others) expect(world.github.open(line)).toBe(issued());
  }, 20_000);
});

describe('round trips', () => {
  /**
   * Answers in waves: each is held back until so many requests wait. A request that came only after an answer to one of
   * its own wave would never come, and one more than expected is counted.
   */
  function answerInWaves(sizes: readonly number[]) {
    const state = { wave: 0, unexpected: 0 };
    const waiting: (() => void)[] = [];
    world.holdAnswers(
      () =>
        new Promise((answer) => {
          waiting.push(answer);
          if (state.wave >= sizes.length) state.unexpected++;
          else if (waiting.length < (sizes[state.wave] ?? 0)) return;
          else state.wave++;
          for (const each of waiting.splice(0)) each();
        }),
    );
    return state;
  }

  const others = [
    'orgs/acme',
    'acme/network/dependabot',
    ...Array.from({ length: 7 }, (_, index) => `acme/service-${index}`),
  ];

  test.each<[string, string[], number[]]>([
    // The token's check and three reads; the write test; its delete and the new token; its check; the home, and its date.
    ['one target', [], [4, 1, 2, 1, 1, 1]],
    // Eight repositories, ten keys, ten secrets, a selection and the token's check; three kinds of store to test.
    // At the end eight writes, the home's date, and who sees the organization's secret, which is written last.
    ['ten targets', others, [30, 3, 4, 1, 1, 11, 1]],
  ])(
    '%s',
    async (_, more, waves) => {
      world.setup(more);
      world.github.seed('orgs/acme', { value: world.currentToken, visibility: 'selected', selected: ['network'] });
      const state = answerInWaves(waves);
      const run = await world.run({ with: { targets: [HOME, ...more].join('\n') } });
      expect(run.exitCode).toBe(0);
      expect(state).toEqual({ wave: waves.length, unexpected: 0 });
    },
    20_000,
  );
});
