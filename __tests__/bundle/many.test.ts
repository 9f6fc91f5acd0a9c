import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { allOutput } from '../../sandbox/runner/runner.ts';
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

  test('is refused where the running repository is not known to be private: its log would name private ones', async () => {
    world.github.addRepository(HOME, { private: false });
    const run = await world.run({ with: { targets } });
    expect(run).toMatchObject({ exitCode: 1, annotations: [{ level: 'error' }] });
    expect(run.log).toMatch(/acme\/terraform-\*.*private/);
    expect(allOutput(run)).not.toMatch(/terraform-\d/);
    expect(world.requests.filter(({ method, server }) => method !== 'GET' || server === 'thousandeyes')).toEqual([]);
  });

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
  const workflow = (more: Record<string, string> = {}) =>
    world.workflow({ with: { targets: `${HOME}\nacme/other`, ...more } });
  const writtenBy = (before: number) =>
    world.requests.slice(before).flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path}`]));

  beforeEach(() => world.setup(['acme/other'], { value: 'te-older' }));

  test('spreads a token that was stored by hand, and writes nothing but the targets and the record', async () => {
    const run = await workflow({ mode: 'sync' }).run();
    expect(run).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
    expect(world.github.open('acme/other')).toBe(world.currentToken);
    expect(writtenBy(0)).toEqual([
      'POST /repos/acme/network/actions/variables',
      'PUT /repos/acme/other/actions/secrets/TE_TOKEN',
      'PATCH /repos/acme/network/actions/variables/TE_TOKEN_ROTATION',
    ]);
    expect(world.variable().json).toMatchObject({ targets: [expect.any(String), expect.any(String)], behind: [] });

    const before = world.requests.length;
    expect(await workflow({ mode: 'sync' }).run()).toMatchObject({ exitCode: 0 });
    expect(writtenBy(before)).toEqual([]);
  });

  test('needs no more than the credential of a rotation', async () => {
    const permissions = { metadata: 'read', secrets: 'write', actions_variables: 'write' } as const;
    world.github.addCredential('github_pat_x', { kind: 'fine-grained', permissions });
    const run = await workflow({ mode: 'sync', 'github-token': 'github_pat_x' }).run();
    expect(run.exitCode).toBe(0);
    expect(world.github.open('acme/other')).toBe(world.currentToken);
  });
});

describe('runs in a queue with the same token', () => {
  test.each(['rotate', 'sync'])('the second, as %s, brings no target back to the old token', async (mode) => {
    world.setup(['acme/other']);
    const targets = `${HOME}\nacme/other`;
    const [first, second] = [{ targets }, { targets, mode }].map((inputs) => world.queue({ with: inputs }));
    expect(await first?.start()).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
    world.later('1 minute');
    const before = world.requests.length;
    const late = await second?.start();
    expect(late).toMatchObject({ exitCode: 1, outputs: { rotated: 'false' } });
    expect(world.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await world.queue({ with: { targets, mode } }).start()).toMatchObject({ exitCode: 0 });
    for (const line of [HOME, 'acme/other']) expect(world.github.open(line)).toBe(issued());
  });

  test('also where GitHub shows the dates of the first run late', async () => {
    await using fast = await startWorld({ scale: 30 });
    const clock = {
      env: fast.clock.env,
      execArgv: ['--import', import.meta.resolve('../../sandbox/clocks/scaled.ts')],
    };
    fast.setup(['acme/other']);
    fast.github.updatedAtLag = 80_000;
    const workflow = fast.workflow({ ...clock, with: { targets: `${HOME}\nacme/other` } });
    const [first, second] = [workflow.queue(), workflow.queue()];
    expect(await first.start()).toMatchObject({ exitCode: 0 });
    expect(await second.start()).toMatchObject({ exitCode: 1 });
    expect(fast.thousandeyes.issued).toHaveLength(1);
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

  const services = Array.from({ length: 8 }, (_, index) => `acme/service-${index}`);

  // The reads; the note and the proof of the record; the question; the token beside the home, its check and the home's date; the
  // home, and the date beside it; the home's date again; the record, and the date beside it once more; its deletion.
  const one = [6, 2, 1, 3, 2, 1, 2, 1];

  test.each<[string, string[], number[], number]>([
    ['one target', [], one, 8],
    // Nine repositories, ten keys, ten secrets, the read of a test's name; a kind of store to test. The others are written beside
    // the home's date.
    ['ten targets', ['acme/network/dependabot', ...services], [33, 3, 2, 3, 2, 10, 2, 1], 8],
    // Who sees it is read right before it is written.
    ["an organization's beside it", ['orgs/acme'], [11, 3, 2, 3, 2, 3, 1, 2, 1], 9],
    // The token in hand is noted before anything else: that proves the record, too.
    ['the first rotation', [], [6, 1, 1, 1, 3, 2, 1, 2, 1], 9],
  ])(
    '%s',
    async (name, more, waves, budget) => {
      world.setup(more, { selected: ['network'] });
      const workflow = world.workflow({ with: { targets: [HOME, ...more].join('\n') } });
      if (name !== 'the first rotation') {
        expect(await workflow.run()).toMatchObject({ exitCode: 0 });
        world.later('20 days');
      }
      const state = answerInWaves(waves);
      expect(await workflow.run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
      expect(state).toEqual({ wave: waves.length, unexpected: 0 });
      expect(waves).toHaveLength(budget);
    },
    20_000,
  );
});
