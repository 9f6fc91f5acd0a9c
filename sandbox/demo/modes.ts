import { DAY } from '../clocks/clock.ts';
import { splitLine } from '../github/stores/target-line.ts';
import { asksForToken } from '../http/traffic.ts';
import { HOME } from '../world.ts';
import { addAppToken, addTokenBefore, EXAMPLE, startExample, TARGETS } from './example.ts';
import type { Scenario } from './scenario.ts';

const check: Scenario = {
  name: 'check',
  title: '`mode: check` says what a rotation would do, and what would stop it',
  story:
    'Before the first rotation someone tries the set-up with `mode: check`, which only reads. It finds an archived repository and a misspelled target. With both mended it says what a rotation would do.',
  async scene() {
    const world = await startExample();
    world.setup(['acme/attic']);
    world.github.addRepository('acme/attic', { archived: true });
    return world;
  },
  async play(stage) {
    const { world } = stage;
    const wrong = [...TARGETS, 'acme/attic', 'acme/netwrok'];
    const first = await stage.run('First run', { targets: `${wrong.join('\n')}\n`, mode: 'check' });
    const second = await stage.run('Second run, without the two', { ...EXAMPLE, mode: 'check' });
    stage.claim(
      'The first run fails and names both targets.',
      first.exitCode === 1 && /acme\/attic.*archived/.test(first.log) && first.log.includes('acme/netwrok'),
    );
    stage.claim(
      'The second run succeeds and says that a rotation would write five targets.',
      second.exitCode === 0 && second.log.includes('write it to 5 targets'),
    );
    stage.claim(
      'Nothing but reads was sent.',
      world.requests.length > 0 && world.requests.every(({ method }) => method === 'GET'),
    );
    stage.claimOldToken(TARGETS, 'All five stores hold the token they held before.');
  },
};

const rehearse: Scenario = {
  name: 'rehearse',
  title: '`mode: rehearse` proves the whole set-up, and asks for no token',
  story:
    'On the first day someone tries the set-up with `mode: rehearse`. It does all that a rotation does before it asks for a token, and also writes and deletes a test secret in each kind of store. So it finds what reading cannot tell: the GitHub App may read the secrets of the environment, but not write them. With that mended it says what a rotation would do now.',
  scene: () => startExample(),
  async play(stage) {
    const { world } = stage;
    const token = addAppToken(world);
    const credential = world.github.credential(token);
    const everything = credential.permissions;
    const options = { with: { 'github-token': token }, secrets: [world.currentToken, token] };
    credential.permissions = { ...everything, environments: 'read' };
    const first = await stage.run('First rehearsal', { ...EXAMPLE, mode: 'rehearse' }, options);
    credential.permissions = everything;
    const before = world.requests.length;
    const second = await stage.run(
      'The App may write now: second rehearsal',
      { ...EXAMPLE, mode: 'rehearse' },
      options,
    );
    const tests = world.requests.slice(before).filter(({ path }) => path.endsWith('/ROTATION_WRITE_TEST'));
    stage.showRequests('What GitHub saw of the test secret in the second', (request) => tests.includes(request));
    stage.showStores(TARGETS);
    stage.claim(
      'The first rehearsal fails, and names the environment and the permission that it lacks.',
      first.exitCode === 1 && /Production EU\/West.*"Environments: read and write"/.test(first.log),
    );
    stage.claim(
      'The second succeeds and says that a rotation would write five targets.',
      second.exitCode === 0 && /would now ask .* write it to 5 targets/.test(second.log),
    );
    stage.claim('ThousandEyes was not asked for a token, by neither.', !world.requests.some(asksForToken));
    const left = TARGETS.some((line) =>
      world.github.secretNames(splitLine(line).store).includes('ROTATION_WRITE_TEST'),
    );
    stage.claim('No test secret is left, and no journal.', !left && second.files.length === 0);
    stage.claimOldToken(TARGETS, 'All five stores hold the token they held before.');
  },
};

const JOINED = 'acme/branch-berlin';

const sync: Scenario = {
  name: 'sync',
  title: '`mode: sync` brings a new target up to date without a rotation',
  story:
    'Three days after a rotation the repository acme/branch-berlin joins. Its secret holds an older token. `mode: sync` writes the current one to every target but the home, and issues nothing.',
  async scene() {
    const world = await startExample({ rotatedDaysAgo: 3 });
    const older = addTokenBefore(world);
    world.setup([JOINED], { value: older, updatedAt: world.clock.now() - 90 * DAY });
    return world;
  },
  async play(stage) {
    const { world } = stage;
    const lines = [...TARGETS, JOINED];
    const before = world.github.secret(HOME)?.updatedAt;
    const result = await stage.run('The step', { targets: `${lines.join('\n')}\n`, mode: 'sync' });
    stage.showStores(lines);
    stage.claimOutcome(result, 'succeeds');
    stage.claim('ThousandEyes was not asked for a token.', !world.requests.some(asksForToken));
    stage.claimOldToken(lines, `${JOINED} holds the current token now, like all others.`);
    stage.claim(
      'The home was not written: it is where the token comes from.',
      world.github.secret(HOME)?.updatedAt === before,
    );
  },
};

/** The modes beside `rotate`. */
export const modes: readonly Scenario[] = [check, rehearse, sync];
