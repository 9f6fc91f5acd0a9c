import { asksForToken } from '../http/traffic.ts';
import { HOME } from '../world.ts';
import { EXAMPLE, startExample, startRotated, TARGETS } from './example.ts';
import type { Scenario } from './scenario.ts';
import { type Stage, writesHome } from './stage.ts';

const rotation: Scenario = {
  name: 'rotation',
  title: 'a whole rotation of five targets',
  story:
    'A scheduled workflow rotates a token that five secrets hold: in a repository, in an environment, in an organization for two selected repositories, for Dependabot, and under another name.',
  scene: () => startExample(),
  async play(stage) {
    const { github } = stage.world;
    const before = github.secret('orgs/acme')?.selectedRepositoryIds;
    const result = await stage.run('The step', EXAMPLE);
    stage.showStores(TARGETS);
    stage.claimOutcome(result, 'succeeds');
    stage.claimNewToken(TARGETS, 'All five stores hold the new token, and every one could open its sealed box.');
    const after = github.secret('orgs/acme')?.selectedRepositoryIds;
    const kept = before?.length === 2 && String(after) === String(before);
    stage.claim("The organization's secret is still for the same two repositories.", kept);
    const record = stage.world.variable().json;
    stage.claim(
      `The record TE_TOKEN_ROTATION beside the home says that five targets hold a token that is valid until ${result.outputs['valid-until']}.`,
      record?.validUntil === result.outputs['valid-until'] && String(record?.targets).split(',').length === 5,
    );
    stage.claim('What was kept beside the home meanwhile, TE_TOKEN_NEXT, is gone.', !isKept(stage));
    const left = TARGETS.some((line) => github.secretNames(line).includes('ROTATION_WRITE_TEST'));
    stage.claim('The write tests that proved the permission are gone.', !left);
    stage.claimQuietPost(result);
  },
};

const flakyWrite: Scenario = {
  name: 'flaky-write',
  title: 'GitHub is down for some seconds just when the home is written',
  story:
    'The new token is issued, and GitHub answers 502 to the write of the home, three times. ThousandEyes shows a token only once, so this is the moment at which one could be lost. (It takes seven seconds.)',
  scene: () => startExample(),
  async play(stage) {
    const fault = { kind: 'status', status: 502, body: { message: 'Server Error' } } as const;
    const path = `${HOME}/actions/secrets/TE_TOKEN`;
    stage.world.faults.add({ server: 'github', method: 'PUT', path, times: 3, fault });
    const result = await stage.run('The step', EXAMPLE);
    const statuses = stage.showRequests('What GitHub saw of the home', writesHome).map(({ status }) => status);
    stage.showStores(TARGETS);
    stage.claimOutcome(result, 'succeeds');
    stage.claim('The home was written again until that was accepted.', String(statuses) === '502,502,502,204');
    stage.claim(
      'The log says why it waits, where that takes more than a moment.',
      /acme\/network: GitHub answered 502.*trying again in 4 s/.test(result.log),
    );
    stage.claimIssued(1, 'No second token was asked for.');
    stage.claimNewToken(TARGETS, 'All five stores hold the new token.');
  },
};

const killedProcess: Scenario = {
  name: 'killed-process',
  title: 'the process is killed after ThousandEyes answered; the post step finishes',
  story:
    'The new token is in hand, and the process is killed before anything is stored. A journal on the disk of the runner holds the token, sealed so that only GitHub can open it.',
  scene: () => startExample(),
  async play(stage) {
    const { thousandeyes } = stage.world;
    const result = await stage.run('The step', EXAMPLE, {
      kill: ({ phase, request }) =>
        phase === 'received' && request.path.endsWith('/users/current') && thousandeyes.issued.length === 1,
    });
    stage.showStores(TARGETS);
    stage.claim(
      'The main step was killed before it stored anything.',
      result.signal === 'SIGKILL' && !result.log.includes('Stored'),
    );
    stage.claim('The post step succeeded.', result.post?.exitCode === 0);
    stage.claimIssued(1, 'No second token was asked for.');
    stage.claimNewToken(TARGETS, 'All five stores hold the new token: the post step read the journal and wrote them.');
    stage.claim('Nothing of the journal is left on the disk.', result.post?.files.length === 0);
  },
};

const machineGone: Scenario = {
  name: 'machine-gone',
  title: 'the machine is gone after the token was issued; the next run finishes',
  story:
    'The new token is issued, and the machine is gone before the home is written: no post step runs, and nothing of the disk is left. But the token was kept beside the home the moment it came, as the secret TE_TOKEN_NEXT, sealed like every secret. The next run is handed it, and finishes.',
  scene: () => startExample(),
  async play(stage) {
    const { world } = stage;
    const lost = await stage.run(
      'First run',
      EXAMPLE,
      world.killedAt({ method: 'PUT', path: writesHomePath, phase: 'received' }),
    );
    stage.showStores([...TARGETS, `${HOME} as TE_TOKEN_NEXT`]);
    stage.claim('The first run ends without a word, and no post step runs.', lost.signal === 'SIGKILL' && !lost.post);
    stage.claim('The new token waits beside the home.', isKept(stage));

    world.later('1 day');
    const next = await stage.run('The next run, a day later', EXAMPLE);
    stage.showStores(TARGETS);
    stage.claim(
      'The next run succeeds, and its output `rotated` is `true`.',
      next.exitCode === 0 && next.outputs.rotated === 'true',
    );
    stage.claimIssued(1, 'No second token was asked for.');
    stage.claimNewToken(TARGETS, 'All five stores hold the new token.');
    stage.claim('Nothing is kept beside the home any more.', !isKept(stage));
  },
};

const cancelled: Scenario = {
  name: 'cancelled',
  title: 'someone cancels the run while the token is being issued',
  story:
    'Someone presses "Cancel workflow" at the very moment at which ThousandEyes issues the token. The runner interrupts the process, and would kill it ten seconds later.',
  scene: () => startExample({ latency: 150 }),
  async play(stage) {
    const result = await stage.run('The step', EXAMPLE, {
      cancel: { at: ({ phase, request }) => phase === 'acted' && asksForToken(request) },
    });
    stage.showStores(TARGETS);
    stage.claim('The process was not killed: it finished storing in time.', result.signal === null);
    stage.claimOutcome(result, 'succeeds');
    stage.claimNewToken(TARGETS, 'All five stores hold the new token.');
    stage.claimQuietPost(result);
  },
};

const overlap: Scenario = {
  name: 'overlap',
  title: 'the workflow runs again five days after a rotation',
  story:
    'For 14 days after a rotation both tokens work, and ThousandEyes issues no third. The record beside the home says until when that is so; so nothing is asked.',
  scene: () => startRotated(5),
  async play(stage) {
    const before = stage.world.requests.length;
    const result = await stage.run('The step', EXAMPLE);
    stage.showStores(TARGETS);
    stage.claimOutcome(result, 'succeeds');
    const later = stage.world.requests.slice(before);
    stage.claim('ThousandEyes was not asked for a token.', !later.some(asksForToken));
    stage.claim('The output `rotated` is `false`, so a later step can tell.', result.outputs.rotated === 'false');
    stage.claim('The log says from when on a rotation is possible.', /possible after \d{4}-/.test(result.log));
    stage.claim(
      'Nothing was written.',
      later.every(({ method }) => method === 'GET'),
    );
  },
};

const writesHomePath = `/repos/${HOME}/actions/secrets/TE_TOKEN`;

function isKept({ world }: Stage): boolean {
  return world.github.secretNames(HOME).includes('TE_TOKEN_NEXT');
}

/** What ends well. */
export const rotations: readonly Scenario[] = [rotation, machineGone, killedProcess, flakyWrite, cancelled, overlap];
