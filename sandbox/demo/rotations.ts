import { asksForToken } from '../http/traffic.ts';
import { HOME } from '../world.ts';
import { addTokenBefore, EXAMPLE, EXPIRY_VARIABLE, startExample, TARGETS } from './example.ts';
import type { Scenario } from './scenario.ts';
import { writesHome } from './stage.ts';

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
    const date = github.variable(HOME, EXPIRY_VARIABLE) ?? '';
    stage.claim(
      `The variable ${EXPIRY_VARIABLE} beside the home says ${date}.`,
      date === result.outputs['valid-until'],
    );
    const left = TARGETS.some((line) => github.secretNames(line).includes('ROTATION_WRITE_TEST'));
    stage.claim('The write tests that proved the permission are gone.', !left);
    stage.claimQuietPost(result);
  },
};

const flakyWrite: Scenario = {
  name: 'flaky-write',
  title: 'GitHub is down for some seconds just when the home is written',
  story:
    'The new token is issued, and GitHub answers 502 to the write of the home, three times. ThousandEyes shows a token only once, so this is the moment at which one could be lost. (Time runs 12 times as fast here.)',
  scene: () => startExample({ scale: 12 }),
  async play(stage) {
    const fault = { kind: 'status', status: 502, body: { message: 'Server Error' } } as const;
    const path = `${HOME}/actions/secrets/TE_TOKEN`;
    stage.world.faults.add({ server: 'github', method: 'PUT', path, times: 3, fault });
    const result = await stage.runHurried('The step', EXAMPLE);
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

const conflict: Scenario = {
  name: 'conflict',
  title: 'ThousandEyes answers 409, because the last rotation is five days old',
  story:
    'The workflow runs again five days after the last rotation. For 14 days after a rotation both tokens work, and ThousandEyes refuses a third with 409. The home was written five days ago, which explains it.',
  async scene() {
    const world = await startExample({ rotatedDaysAgo: 5 });
    addTokenBefore(world);
    return world;
  },
  async play(stage) {
    const result = await stage.run('The step', EXAMPLE);
    const statuses = stage.showRequests('What ThousandEyes saw', asksForToken).map(({ status }) => status);
    stage.showStores(TARGETS);
    stage.claimOutcome(result, 'succeeds');
    stage.claim('ThousandEyes answered 409, once.', String(statuses) === '409');
    stage.claim('The output `rotated` is `false`, so a later step can tell.', result.outputs.rotated === 'false');
    stage.claim(
      'A notice says from when on a rotation is possible.',
      /^Notice: .*409.*possible again on \d/m.test(result.log),
    );
    stage.claimOldToken(TARGETS, 'Nothing was changed: all five stores hold the token of the last rotation.');
  },
};

/** What ends well. */
export const rotations: readonly Scenario[] = [rotation, flakyWrite, killedProcess, cancelled, conflict];
