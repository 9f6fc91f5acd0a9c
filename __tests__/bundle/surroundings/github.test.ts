import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY } from '../../../sandbox/clocks/clock.ts';
import { HOME, startWorld, type World } from '../../../sandbox/world.ts';
import { LossProcess } from '../../loss/support/process.ts';
import { startScene } from '../../loss/support/scene.ts';
import { said } from './support/said.ts';

/** What GitHub and those who work on it do. */

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const issued = () => world.thousandeyes.issued.at(-1);
describe("somebody's secret has the name of the write test", () => {
  const other = 'octo-org/tools';
  const targets = `${HOME}\n${other}`;
  const value = 'of somebody else';

  beforeEach(() => {
    world.setup([other]);
    world.github.seed(other, { name: 'ROTATION_WRITE_TEST', value, createdAt: 0 });
  });

  const expectLeft = () => {
    expect(world.github.secret(other, 'ROTATION_WRITE_TEST')).toMatchObject({ value, updatedAt: 0 });
    expect(world.github.secretNames(other).sort()).toEqual(['ROTATION_WRITE_TEST', 'TE_TOKEN']);
  };

  test.each(['rehearse', 'rotate'])('it is left as it is, and the test takes another name: %s', async (mode) => {
    const run = await world.workflow({ with: { mode, targets } }).run();
    expect([said(run), run.exitCode]).toEqual(['', 0]);
    expectLeft();
    const tests = world.requests.filter(({ path }) => path.includes('/ROTATION_WRITE_TEST_'));
    expect(tests.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
  });

  test('also where it cannot be seen', async () => {
    const fault = { kind: 'status', status: 403, body: { message: 'Forbidden' } } as const;
    world.faults.add({ method: 'GET', path: 'ROTATION_WRITE_TEST', fault });
    await world.workflow({ with: { targets } }).run();
    expectLeft();
  });
});

describe("the record of an organization's home", () => {
  const org = 'orgs/acme';

  test('is seen by whom the secret is, and follows it at each rotation', async () => {
    world.github.addRepository('acme/later');
    world.github.seed(org, { value: world.currentToken, createdAt: 0, selected: ['network', 'edge'] });
    world.github.deleteSecret(HOME);
    const workflow = world.workflow({ with: { targets: org } });
    const audience = () => {
      const { visibility, selectedRepositoryIds } = world.variable('TE_TOKEN_ROTATION', org).stored ?? {};
      return { visibility, selectedRepositoryIds };
    };
    const ofSecret = () => {
      const { visibility, selectedRepositoryIds } = world.github.secret(org) ?? {};
      return { visibility, selectedRepositoryIds };
    };
    const first = await workflow.run();
    expect([said(first), first.exitCode]).toEqual(['', 0]);
    expect(audience()).toEqual(ofSecret());
    world.github.select(org, ['network', 'edge', 'later']);
    world.later('20 days');
    const second = await workflow.run();
    expect([said(second), second.outputs.rotated]).toEqual(['', 'true']);
    expect(ofSecret().selectedRepositoryIds).toHaveLength(3);
    expect(audience()).toEqual(ofSecret());
  });
});

test('an environment that does not exist is told as that, with what creates it', async () => {
  const run = await world.workflow({ with: { targets: `${HOME}\n${HOME}/environments/Production` } }).run();
  expect(run.exitCode).toBe(1);
  expect(said(run)).toMatch(/no environment "Production"/);
  expect(said(run)).toMatch(/[Cc]reate .*gh api --method PUT .*repos\/acme\/network\/environments\/Production/s);
  expect(world.thousandeyes.issued).toEqual([]);
});

test('a fine-grained token whose permission awaits approval: that is told among the causes', async () => {
  const permissions = { metadata: 'read' } as const;
  world.github.addCredential('github_pat_waiting', { kind: 'fine-grained', permissions });
  const run = await world.workflow({ with: { 'github-token': 'github_pat_waiting' } }).run();
  expect(run.exitCode).toBe(1);
  expect(said(run)).toMatch(/approv/);
});

describe('many targets that fail', () => {
  const lines = Array.from({ length: 200 }, (_, index) => `acme/site-${String(index).padStart(3, '0')}`);
  const targets = [HOME, ...lines].join('\n');
  const site = /^\/repos\/acme\/site-\d+\/actions\/secrets\/TE_TOKEN$/;

  beforeEach(() => world.setup(lines));

  /** Each target is named by its own entry of `results` and by no other, and all of it is of a size that people can read. */
  const expectOwn = (told: { results: string; summary: string; log: string }) => {
    const results = JSON.parse(told.results) as { target: string; error?: string }[];
    for (const name of lines) {
      const [own, ...more] = results.filter(({ target }) => target === name);
      expect([...new Set(own?.error?.match(/acme\/site-\d+/g)), more.length]).toEqual([name, 0]);
    }
    for (const text of Object.values(told)) expect(Buffer.byteLength(text)).toBeLessThan(60_000);
  };

  test('before anything is issued', async () => {
    for (const line of lines) world.github.addRepository(line, { archived: true });
    const run = await world.workflow({ with: { targets } }).run();
    expect([run.exitCode, world.thousandeyes.issued]).toEqual([1, []]);
    expectOwn({ results: run.outputs.results ?? '', summary: run.summary, log: run.log });
  });

  test('after it was: the home is stored, and what is behind is noted', async () => {
    // At the pace that GitHub allows, 200 writes take two minutes.
    await using scene = await startScene({ frozen: true });
    scene.world.setup(lines);
    const message = 'Resource not accessible by personal access token';
    scene.world.faults.add({ method: 'PUT', path: site, fault: { kind: 'status', status: 403, body: { message } } });
    using job = new LossProcess(scene, { with: { targets } });
    const { failed, summary, said: log, wrote } = await job.main();
    const results = /^\[\{"target".*$/m.exec(wrote)?.[0] ?? '';
    expect([failed, scene.world.github.open(HOME)]).toEqual([true, scene.issued]);
    expectOwn({ results, summary, log });
    expect(scene.world.variable().json?.behind).toHaveLength(200);
  });
});

describe('the environment of the home is deleted and created anew', () => {
  const home = `${HOME}/environments/Production`;
  const workflow = () => world.workflow({ environment: 'Production', with: { targets: home } });

  beforeEach(() => {
    world.github.deleteSecret(HOME);
    world.github.seed(home, { value: world.currentToken, createdAt: world.clock.now() - 400 * DAY });
  });

  test.each([
    ['POST', '/api-tokens'],
    ['PUT', 'secrets/TE_TOKEN'],
  ])('when the write tests are over (%s %s): sealed anew, stored and noted', async (method, path) => {
    world.meanwhile({ method, path }, () => world.github.recreateEnvironment(home));
    const run = await workflow().run();
    expect([said(run), run.exitCode, run.outputs.rotated]).toEqual(['', 0, 'true']);
    expect(world.github.open(home)).toBe(issued());
    expect(world.variable('TE_TOKEN_ROTATION', home).json).toMatchObject({ home: expect.any(String) });
    expect(world.github.secretNames(home)).toEqual(['TE_TOKEN']);
  });

  test('and the machine dies then: the new token is parked, sealed for the new key', async () => {
    world.meanwhile({ method: 'POST', path: '/api-tokens' }, () => world.github.recreateEnvironment(home));
    await workflow().run(world.killedAt({ method: 'PUT', path: 'secrets/TE_TOKEN', phase: 'received' }));
    expect(world.github.open(home, 'TE_TOKEN_NEXT')).toBe(issued());
  });
});

describe('while the date of the home is awaited', () => {
  const written = { method: 'PUT', path: 'secrets/TE_TOKEN', phase: 'answered' } as const;

  test('it is deleted: the token stays parked, and that is told', async () => {
    await using scene = await startScene({ frozen: true });
    scene.world.meanwhile(written, () => scene.world.github.deleteSecret(HOME));
    using job = new LossProcess(scene);
    const main = await job.main();
    expect([main.failed, scene.next]).toEqual([true, scene.issued]);
    expect(main.said).toContain('404');
    // The scene watches for it, and here it is what someone did.
    scene.breaches.splice(0);
  });

  test('the run is cancelled: no span is claimed that was not waited, and the post step goes on', async () => {
    await using scene = await startScene({ frozen: true });
    scene.world.github.showLate(HOME, 40_000);
    using job = new LossProcess(scene);
    let cancel = (): void => undefined;
    scene.world.meanwhile(written, () => cancel());
    const main = await job.main((given) => {
      cancel = given;
    });
    expect(main.said).toContain('cancelled before its date was seen to move');
    expect(main.said).not.toContain('90 s');
    expect((await job.post()).failed).toBe(false);
    expect(scene.missing).toEqual([]);
  });
});
