import { DAY } from '../clocks/clock.ts';
import { commandIn } from '../gh/gh.ts';
import { moment } from '../http/moments.ts';
import { asksForToken } from '../http/traffic.ts';
import { answering, unauthorized } from '../thousandeyes/answers.ts';
import { HOME } from '../world.ts';
import { addAppToken, EXAMPLE, freshRun, startExample, TARGETS } from './example.ts';
import type { Scenario } from './scenario.ts';
import { expression } from './stage.ts';

const OTHERS = TARGETS.filter((line) => line !== HOME);

const lostAnswer: Scenario = {
  name: 'lost-answer',
  title: 'the connection breaks after ThousandEyes issued the token',
  story:
    "ThousandEyes issues the token, and the connection breaks before its answer arrives. Nobody will ever see that token. The run asks again, gets 409, and has to tell whether the home explains that; so it reads the home's date for up to a minute, because GitHub shows dates late. (Time runs 12 times as fast here.)",
  scene: () => startExample({ scale: 12 }),
  async play(stage) {
    const { faults, thousandeyes } = stage.world;
    faults.add({
      server: 'thousandeyes',
      method: 'POST',
      path: '/api-tokens',
      times: 1,
      fault: { kind: 'reset-after' },
    });
    const result = await stage.runHurried('The step', EXAMPLE);
    stage.showRequests('What ThousandEyes saw', asksForToken);
    stage.showStores(TARGETS);
    stage.claimOutcome(result, 'fails');
    const active = thousandeyes.activeTokens().length;
    stage.claim(
      'The account has a second token, which nobody holds.',
      active === 2 && thousandeyes.issued.length === 1,
    );
    stage.claim(
      'The message says that a token was issued and lost, until when the old one works, and the way back.',
      /issued and lost.*works, until \d{4}-.*User API Tokens/s.test(result.log),
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
    const options = { with: { 'github-token': token }, secrets: [world.currentToken, token] };
    const result = await stage.run('The step', { targets: `${TEN.join('\n')}\n` }, options);
    stage.showStores(TEN);
    stage.claimOutcome(result, 'fails');
    stage.claim('ThousandEyes was not asked for a token.', !world.requests.some(asksForToken));
    stage.claim(
      'The message names the target and the permission that it lacks.',
      /acme\/edge\/dependabot.*"Dependabot secrets: read and write"/.test(result.log),
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
  title: 'a target vanishes between reading and writing; then `sync`',
  story:
    "While the token is being issued, someone deletes the repository acme/legacy. The run can't write that one. Later the repository is restored with its old secret, and someone runs the workflow with `mode: sync`.",
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

    world.setup(['acme/legacy as THOUSANDEYES_TOKEN'], { updatedAt: world.clock.now() - 700 * DAY });
    const { inputs, context } = freshRun(world);
    const second = await stage.run(
      'The repository is back: second run, with `mode: sync`',
      { targets: EXAMPLE.targets ?? '', mode: 'sync' },
      { with: inputs, context },
    );
    stage.showStores(TARGETS);

    stage.claim(
      'The first run fails, though it rotated: it names the target and says `sync`.',
      first.exitCode === 1 && first.outputs.rotated === 'true' && /acme\/legacy.*sync/s.test(first.log),
    );
    stage.claim('The second run succeeds.', second.exitCode === 0);
    stage.claimIssued(1, '`sync` asked for no further token.');
    stage.claimNewToken(TARGETS, 'In the end all five stores hold the new token.');
  },
};

const homeUnwritable: Scenario = {
  name: 'home-unwritable',
  title: "the home can't be written any more; a person finishes by hand",
  story:
    'As soon as the token is issued, an administrator takes the permission to write secrets away from the GitHub App. Neither the main step nor the post step can store the new token. The job summary holds it, sealed so that only GitHub can open it, with a ready command.',
  scene: () => startExample(),
  async play(stage) {
    const { world } = stage;
    const token = addAppToken(world);
    const credential = world.github.credential(token);
    const everything = credential.permissions;
    const stop = world.on(({ phase, request }) => {
      const verified = phase === 'received' && request.path.endsWith('/users/current');
      if (verified && world.thousandeyes.issued.length > 0) credential.permissions = { ...everything, secrets: 'read' };
    });
    const options = { with: { 'github-token': token }, secrets: [world.currentToken, token] };
    const result = await stage.run('The step', EXAMPLE, options);
    stop();
    stage.claim('Main and post both fail.', result.exitCode === 1 && result.post?.exitCode === 1);
    stage.claimOldToken(OTHERS, 'The other targets were left alone: none is ever ahead of the home.');
    stage.showStores(TARGETS);

    const title = 'A person who may write the secret runs the command from the summary';
    const isStored = await stage.runCommand(title, commandIn(result.summary) ?? '');
    stage.showStores(TARGETS);
    stage.claim('The command from the summary stores the new token in the home.', isStored);
    stage.claimNewToken(
      [HOME],
      'The home holds the new token, and the person never saw it. `mode: sync` writes the rest.',
    );
  },
};

const keptAside: Scenario = {
  name: 'kept-aside',
  title: 'ThousandEyes refuses the token that it just issued; a person tries it later',
  story:
    'ThousandEyes issues a token, and answers 401 to it. It may only be slow to spread, so the run asks again for up to ten minutes; here someone cancels it before that. The old token stays in place, and the job summary keeps the new one, sealed, with a command that stores it under another name. Later a person tries it there.',
  scene: () => startExample(),
  async play(stage) {
    const { world } = stage;
    const checked = { server: 'thousandeyes', method: 'GET', path: '/users/current' } as const;
    const refusal = world.faults.add({ ...checked, nth: 2, fault: answering(unauthorized()) });
    const result = await stage.run('The step', EXAMPLE, {
      cancel: { at: moment('answered', { ...checked, nth: 3 }) },
    });
    refusal.remove();
    stage.showStores(TARGETS);
    stage.claim('The step fails, and the post step stores nothing either.', result.exitCode === 1);
    stage.claimOldToken(TARGETS, 'All five stores hold the old token, which still works.');

    const command = commandIn(result.summary) ?? '';
    const isStored = await stage.runCommand(
      'A person stores the new token under another name, beside the old',
      command,
    );
    const { inputs, context } = freshRun(world);
    const tried = await stage.run(
      'It is tried there: `mode: check` with the new token',
      {
        'thousandeyes-token': expression('secrets.TE_TOKEN_KEPT'),
        targets: `${HOME} as TE_TOKEN_KEPT\n`,
        mode: 'check',
      },
      { with: { ...inputs, 'thousandeyes-token': world.github.open(HOME, 'TE_TOKEN_KEPT') ?? '' }, context },
    );
    const isInPlace = await stage.runCommand(
      'It works: the same command, with the name of the home',
      command.replace('TE_TOKEN_KEPT', 'TE_TOKEN'),
    );
    stage.showStores(TARGETS);
    stage.claim('The command from the summary stores it as TE_TOKEN_KEPT.', isStored);
    stage.claim('`mode: check` tells whether ThousandEyes accepts it by now.', tried.exitCode === 0);
    stage.claim(
      'The command stores it in the home, too: a sealed value belongs to the store, not to a name.',
      isInPlace,
    );
    stage.claimNewToken(
      [HOME],
      'The home holds the new token, and the person never saw it. `mode: sync` writes the rest.',
    );
    stage.claimIssued(1, 'No second token was asked for.');
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
  homeUnwritable,
  keptAside,
  badInputs,
];
