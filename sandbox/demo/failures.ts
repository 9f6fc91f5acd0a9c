import { commandIn } from '../gh/gh.ts';
import { moment } from '../http/moments.ts';
import { asksForToken } from '../http/traffic.ts';
import { answering, unauthorized } from '../thousandeyes/answers.ts';
import { HOME } from '../world.ts';
import { addAppToken, EXAMPLE, startExample, startRotated, TARGETS } from './example.ts';
import type { Scenario } from './scenario.ts';

const lostAnswer: Scenario = {
  name: 'lost-answer',
  title: 'the connection breaks after ThousandEyes issued the token',
  story:
    'ThousandEyes issues the token, and the connection breaks before its answer arrives. Nobody will ever see that token. The run asks again and gets 409; it cannot tell whether that is the token it just asked for, and says so. The note beside the home stays, so the next run knows more: a token is lost.',
  scene: () => startExample(),
  async play(stage) {
    const { faults, thousandeyes } = stage.world;
    faults.add({
      server: 'thousandeyes',
      method: 'POST',
      path: '/api-tokens',
      times: 1,
      fault: { kind: 'reset-after' },
    });
    const result = await stage.run('The step', EXAMPLE);
    stage.showRequests('What ThousandEyes saw', asksForToken);
    stage.showStores(TARGETS);
    const next = await stage.run('It says to run it again: a fresh run', EXAMPLE);
    stage.claimOutcome(result, 'fails');
    const active = thousandeyes.activeTokens().length;
    stage.claim(
      'The account has a second token, which nobody holds.',
      active === 2 && thousandeyes.issued.length === 1,
    );
    stage.claim(
      'The first run says that nothing tells, until when the old one works, and to run it again.',
      /Nothing tells .*works until \d{4}-.*again/s.test(result.log),
    );
    stage.claim(
      'The second says that a token may be lost, and that all that are listed are to be revoked.',
      next.exitCode === 1 && /issued and lost.*revoke every token/is.test(next.log),
    );
    stage.claimOldToken(TARGETS, 'All five stores hold the old token, which still works.');
  },
};

const TEN = [
  HOME,
  'acme/network/environments/Production EU/West',
  'orgs/acme',
  'acme/branch-berlin',
  'acme/branch-london',
  'acme/branch-tokyo',
  'acme/core',
  'acme/core/environments/Staging',
  'acme/edge/dependabot',
  'acme/legacy as THOUSANDEYES_TOKEN',
];

const oneWithoutPermission: Scenario = {
  name: 'one-without-permission',
  title: 'ten targets, and one that the credential may read but not write',
  story:
    'A GitHub App may write the secrets of nine of ten targets; for Dependabot it may only read. Reading tells nothing about writing, so before a token is asked for, a test secret is written and deleted, once for every kind of store.',
  async scene() {
    const world = await startExample();
    world.setup(TEN.filter((line) => !TARGETS.includes(line)));
    return world;
  },
  async play(stage) {
    const { world } = stage;
    const token = addAppToken(world);
    const { permissions } = world.github.credential(token);
    world.github.credential(token).permissions = { ...permissions, dependabot_secrets: 'read' };
    const options = { with: { 'github-token': token } };
    const result = await stage.run('The step', { targets: `${TEN.join('\n')}\n` }, options);
    stage.showStores(TEN);
    stage.claimOutcome(result, 'fails');
    stage.claim('ThousandEyes was not asked for a token.', !world.requests.some(asksForToken));
    stage.claim(
      'The message names the target and the permission that it lacks.',
      /acme\/edge\/dependabot.*"Dependabot secrets: read and write"/s.test(result.log),
    );
    stage.claimOldToken(TEN, 'All ten stores hold the token they held before.');
    const left = TEN.some((line) =>
      world.github.secretNames(line.replace(/ as .*/, '')).includes('ROTATION_WRITE_TEST'),
    );
    stage.claim('No test secret is left.', !left);
  },
};

const partialFailure: Scenario = {
  name: 'partial-failure',
  title: 'a target vanishes between reading and writing; the next run writes it',
  story:
    "While the token is being issued, someone deletes the repository acme/legacy. The run can't write that one, and notes in the record that it is behind. Later the repository is restored with its old secret. The next run on a schedule writes it, though no rotation is due.",
  scene: () => startExample(),
  async play(stage) {
    const { world } = stage;
    const { repositories } = world.github;
    const stop = world.on(({ phase, request }) => {
      if (phase === 'acted' && asksForToken(request)) repositories.remove('acme/legacy');
    });
    const first = await stage.run('First run', EXAMPLE);
    stop();
    stage.showStores(TARGETS);

    world.setup(['acme/legacy as THOUSANDEYES_TOKEN'], { value: world.currentToken });
    world.later('7 days');
    const second = await stage.run('The repository is back: the next run, a week later', EXAMPLE);
    stage.showStores(TARGETS);

    stage.claim(
      'The first run fails, though it rotated, and names the target.',
      first.exitCode === 1 && first.outputs.rotated === 'true' && /acme\/legacy/.test(first.log),
    );
    stage.claim('The second run succeeds.', second.exitCode === 0);
    stage.claimIssued(1, 'It asked for no further token.');
    stage.claimNewToken(TARGETS, 'In the end all five stores hold the new token.');
  },
};

const homeUnwritable: Scenario = {
  name: 'home-unwritable',
  title: 'nothing can be written any more; one command saves the token',
  story:
    'As soon as the token is issued, GitHub wants no more writes of this GitHub App for two hours, which others use, too. So neither the home nor the secret beside it can be written. The job summary holds the new token, sealed so that only GitHub can open it, with a command that puts it where the next run finds it.',
  scene: () => startExample(),
  async play(stage) {
    const { world } = stage;
    const token = addAppToken(world);
    const limit = world.faults.add({
      method: 'PUT',
      where: ({ headers }) => world.thousandeyes.issued.length > 0 && headers?.authorization === `token ${token}`,
      fault: {
        kind: 'status',
        status: 429,
        headers: { 'retry-after': '7200' },
        body: { message: 'Too many requests' },
      },
    });
    const options = { with: { 'github-token': token } };
    const result = await stage.run('First run', EXAMPLE, options);
    stage.claim('Main and post both fail.', result.exitCode === 1 && result.post?.exitCode === 1);
    stage.claimOldToken(TARGETS, 'No store was written: none is ever ahead of the home.');
    stage.showStores(TARGETS);

    const title = 'A person who may write secrets runs the command from the summary';
    const isStored = await stage.runCommand(title, commandIn(result.summary) ?? '');
    limit.remove();
    world.later('3 hours');
    const next = await stage.run('The next run, three hours later', EXAMPLE, options);
    stage.showStores(TARGETS);
    stage.claim('The command keeps the new token beside the home. The person never saw it.', isStored);
    stage.claim('The next run finishes.', next.exitCode === 0 && next.outputs.rotated === 'true');
    stage.claimIssued(1, 'No second token was asked for.');
    stage.claimNewToken(TARGETS, 'All five stores hold the new token.');
  },
};

const refusedAtFirst: Scenario = {
  name: 'refused-at-first',
  title: 'ThousandEyes refuses the token that it just issued; the next run stores it',
  story:
    'ThousandEyes issues a token, and answers 401 to it. It may only be slow to spread, so the run asks again for up to ten minutes; here someone cancels it before that. The old token stays in place, and the new one is kept beside the home. By the next run ThousandEyes accepts it.',
  scene: () => startExample(),
  async play(stage) {
    const { world } = stage;
    const checked = { server: 'thousandeyes', method: 'GET', path: '/users/current' } as const;
    const refusal = world.faults.add({ ...checked, nth: 2, fault: answering(unauthorized()) });
    const result = await stage.run('First run', EXAMPLE, {
      cancel: { at: moment('answered', { ...checked, nth: 3 }) },
    });
    refusal.remove();
    stage.showStores([...TARGETS, `${HOME} as TE_TOKEN_NEXT`]);
    stage.claim('The first run fails, and the post step stores nothing either.', result.exitCode === 1);
    stage.claim(
      'All five stores hold the old token, which still works.',
      world.thousandeyes.activeTokens().includes(world.currentToken),
    );

    world.later('1 day');
    const next = await stage.run('The next run, a day later', EXAMPLE);
    stage.showStores(TARGETS);
    stage.claim('The next run finishes.', next.exitCode === 0 && next.outputs.rotated === 'true');
    stage.claimIssued(1, 'No second token was asked for.');
    stage.claimNewToken(TARGETS, 'All five stores hold the new token.');
  },
};

const writtenBack: Scenario = {
  name: 'written-back',
  title: 'Terraform writes the old token back over the new one',
  story:
    'A day after a rotation `terraform apply` finds that the secret in the home is not the one of its state, and writes the old value again. GitHub shows nobody what a secret held, so the new token is gone from the home; the old one works for 13 days more. The next run knows by the record, fails, and says how to go on; a person does so.',
  scene: () => startRotated(1),
  async play(stage) {
    const { world } = stage;
    const { github, thousandeyes } = world;
    github.seed(HOME, { value: world.currentToken });
    stage.showStores(TARGETS);
    world.later('1 day');
    const found = await stage.run('The next run, on a schedule', EXAMPLE);

    // The person has told Terraform to leave the secret alone.
    for (const token of thousandeyes.activeTokens()) thousandeyes.revoke(token);
    const byHand = thousandeyes.create();
    const title = 'A person revokes both tokens, creates one, and stores it';
    const isStored = await stage.runCommand(title, `gh secret set TE_TOKEN --repo ${HOME}`, `${byHand}\n`);
    world.later('1 minute');
    const healed = await stage.run('The run after that', EXAMPLE);
    stage.showStores(TARGETS);
    stage.claim(
      'The run fails, says that the old token was written back, and changes nothing.',
      found.exitCode === 1 && /wrote the old token back/.test(found.log) && found.outputs.rotated === 'false',
    );
    stage.claim(
      'It names the command that a person then runs.',
      isStored && found.log.includes(`gh secret set TE_TOKEN --repo ${HOME}`),
    );
    stage.claim(
      'The run after that rotates, because nothing tells how old the new one is.',
      healed.outputs.rotated === 'true',
    );
    stage.claimNewToken(TARGETS, 'In the end all five stores hold the same token, and it works.');
  },
};

const badInputs: Scenario = {
  name: 'bad-inputs',
  title: 'everything that is wrong with the inputs, at once',
  story:
    'Someone sets the workflow up and gets many things wrong: every mistake is named in the first run, and no request is sent.',
  scene: () => startExample(),
  async play(stage) {
    const given = {
      'secret-name': 'GITHUB_TE_TOKEN',
      targets: 'acme/network/dependabot\nacme\nacme/network/packages',
      mode: 'rotat',
      'rotate-when-days-left': '7',
      'create-missing': 'yes',
      'expose-token': 'on',
      'github-api-url': 'http://github.acme.example/api/v3',
    };
    const result = await stage.run('The step', given, { with: { 'thousandeyes-token': '' } });
    stage.claimOutcome(result, 'fails');
    const faults = result.log.match(/^Error: Input `/gm)?.length;
    stage.claim('All ten mistakes are named, each with what was expected and what was given.', faults === 10);
    stage.claim('No request was sent.', stage.world.requests.length === 0);
  },
};

/** What ends with a failed step, and how a person goes on from there. */
export const failures: readonly Scenario[] = [
  lostAnswer,
  oneWithoutPermission,
  partialFailure,
  writtenBack,
  refusedAtFirst,
  homeUnwritable,
  badInputs,
];
