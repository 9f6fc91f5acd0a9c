import { splitLine } from '../github/stores/target-line.ts';
import { asksForToken } from '../http/traffic.ts';
import { HOME } from '../world.ts';
import { addAppToken, EXAMPLE, startExample, startRotated, TARGETS } from './example.ts';
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
    'On the first day someone tries the set-up with `mode: rehearse`. It does all that a rotation does before it asks for a token, and also writes and deletes a test secret for each kind of store. So it finds what reading cannot tell: the GitHub App may read the secrets of the environment, but not write them. With that mended it says what a rotation would do now.',
  scene: () => startExample(),
  async play(stage) {
    const { world } = stage;
    const token = addAppToken(world);
    const credential = world.github.credential(token);
    const everything = credential.permissions;
    const options = { with: { 'github-token': token } };
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
      first.exitCode === 1 && /Production EU\/West.*"Environments: read and write"/s.test(first.log),
    );
    stage.claim(
      'The second succeeds and says that a rotation would write five targets.',
      second.exitCode === 0 && /would ask .* write it to 5 targets/.test(second.log),
    );
    stage.claim('ThousandEyes was not asked for a token, by neither.', !world.requests.some(asksForToken));
    const left = TARGETS.some((line) =>
      world.github.secretNames(splitLine(line).store).includes('ROTATION_WRITE_TEST'),
    );
    stage.claim('No test secret is left, and no journal.', !left && second.files.length === 0);
    stage.claimOldToken(TARGETS, 'All five stores hold the token they held before.');
  },
};

const sync: Scenario = {
  name: 'sync',
  title: '`mode: sync` spreads a token that was stored by hand',
  story:
    'A person had to make a token by hand: revoked the old one in ThousandEyes, created another, and stored it in the home. The other four stores hold the dead one. `mode: sync` writes the token in hand to every target but the home that the record does not know to hold it, and issues nothing.',
  scene: () => startRotated(100),
  async play(stage) {
    const { world } = stage;
    const { thousandeyes } = world;
    for (const token of thousandeyes.activeTokens()) thousandeyes.revoke(token);
    const byHand = thousandeyes.create();
    await stage.runCommand('A person stores the token', `gh secret set TE_TOKEN --repo ${HOME}`, `${byHand}\n`);
    world.later('1 minute');
    const written = world.github.secret(HOME)?.updatedAt;
    const before = world.requests.length;
    const result = await stage.run('The step', { ...EXAMPLE, mode: 'sync' });
    stage.showStores(TARGETS);
    stage.claimOutcome(result, 'succeeds');
    stage.claim('ThousandEyes was not asked for a token.', !world.requests.slice(before).some(asksForToken));
    stage.claimToken(byHand, TARGETS, 'All five stores hold the token that was stored by hand.');
    stage.claim(
      'The home was not written: it is where the token comes from.',
      world.github.secret(HOME)?.updatedAt === written,
    );
  },
};

const newFind: Scenario = {
  name: 'new-find',
  title: 'a new repository matches a pattern; a person has a look first',
  story:
    'The targets are a pattern, acme/branch-*. Months after the first rotation someone creates the repository acme/branch-oslo, with a secret of that name. Whoever can create such a repository would get the token; so a run on a schedule leaves it out, does all the rest, fails, and names it. A person who knows it starts `mode: sync`.',
  async scene() {
    const world = await startExample();
    world.setup(['acme/branch-berlin', 'acme/branch-tokyo']);
    await world.workflow({ with: PATTERN }).run();
    world.later('300 days');
    world.setup(['acme/branch-oslo'], { value: 'nothing-yet', updatedAt: world.clock.now() });
    return world;
  },
  async play(stage) {
    const { world } = stage;
    const scheduled = await stage.run('The run on a schedule', PATTERN);
    stage.showStores(BRANCHES);
    const oslo = world.github.open('acme/branch-oslo');
    const synced = await stage.run('It is one of ours: a person starts `mode: sync`', { ...PATTERN, mode: 'sync' });
    stage.showStores(BRANCHES);
    stage.claim(
      'The run on a schedule fails, though it rotated: it names the repository and says what to do.',
      scheduled.exitCode === 1 && scheduled.outputs.rotated === 'true' && /acme\/branch-oslo/.test(scheduled.log),
    );
    stage.claim('The repository did not get the token from it.', oslo === 'nothing-yet');
    stage.claim('`sync` succeeds: a person started it.', synced.exitCode === 0);
    stage.claimIssued(2, 'It asked for no further token.');
    stage.claimNewToken(BRANCHES, 'In the end all four stores hold the new token.');
  },
};

const PATTERN = { targets: `${HOME}\nacme/branch-*\n` };
const BRANCHES = [HOME, 'acme/branch-berlin', 'acme/branch-tokyo', 'acme/branch-oslo'];

/** The modes beside `rotate`. */
export const modes: readonly Scenario[] = [check, rehearse, sync, newFind];
