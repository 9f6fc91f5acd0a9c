import { type Inputs, runAction } from '../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import type { Exchange } from './exchange.ts';
import { startRecorder } from './recorder.ts';

/** Whose token a step is given: the App's whole one, one without a permission, one that may only read, one of either form. */
export type Credential = 'app' | 'without-secrets' | 'read-only' | 'stateless' | 'stateful';

export type Scene = {
  /** The action's targets, the home first. */
  targets: string;
  /** The home's repository. */
  repository: string;
  /** A name that a repository had before. */
  renamed: string;
  /** The token that the rotation issued. */
  issued: string;
};

export type PlayedStep = {
  /** As the step in github.yml is named. */
  name: string;
  mode: string;
  credential: Credential;
  outcome: 'success' | 'failure';
  inputs: (scene: Scene) => Inputs;
  /** Whether the issued token is kept beside the home before it, as a run leaves it whose machine goes. */
  isLeft?: true;
};

const next = { 'thousandeyes-token-next': '' };
const rehearsal = { mode: 'rehearse', credential: 'app', outcome: 'success' } as const;
const ofForm = (form: 'stateless' | 'stateful'): PlayedStep => ({
  name: `Check with a ${form} token of the App`,
  mode: 'check',
  credential: form,
  outcome: 'success',
  inputs: ({ repository }) => ({ ...next, targets: repository }),
});
const everything = ({ targets }: Scene) => ({ ...next, targets, 'create-missing': true });

/** What .github/workflows/github.yml does with the real GitHub, in order; a test holds the two together. */
export const STEPS: PlayedStep[] = [
  { name: 'Check', mode: 'check', credential: 'app', outcome: 'success', inputs: everything },
  { name: 'Sync', mode: 'sync', credential: 'app', outcome: 'success', inputs: everything },
  { name: 'Rehearse', mode: 'rehearse', credential: 'app', outcome: 'success', inputs: everything },
  {
    name: 'Rotate',
    mode: 'rotate',
    credential: 'app',
    outcome: 'success',
    inputs: (scene) => ({ ...everything(scene), 'expose-token': true }),
  },
  {
    ...rehearsal,
    name: 'Rehearse with the home in an environment',
    inputs: ({ repository }) => ({ ...next, targets: `${repository}/environments/rotation` }),
  },
  {
    ...rehearsal,
    name: 'Rehearse with the home in an organization',
    inputs: ({ repository }) => ({ ...next, targets: `orgs/${repository.split('/')[0]}` }),
  },
  {
    name: 'Finish with the token in the environment',
    mode: 'rotate',
    credential: 'app',
    outcome: 'success',
    isLeft: true,
    inputs: ({ repository, issued }) => ({
      'thousandeyes-token-next': issued,
      targets: `${repository}/environments/rotation`,
    }),
  },
  ofForm('stateless'),
  ofForm('stateful'),
  {
    name: 'Check a repository by the name that it had before',
    mode: 'check',
    credential: 'app',
    outcome: 'failure',
    inputs: ({ renamed }) => ({ ...next, targets: renamed }),
  },
  {
    name: 'Check without the permission for secrets',
    mode: 'check',
    credential: 'without-secrets',
    outcome: 'failure',
    inputs: ({ repository }) => ({ ...next, targets: repository }),
  },
  {
    name: 'Rotate with a permission that only reads',
    mode: 'rotate',
    credential: 'read-only',
    outcome: 'failure',
    inputs: ({ repository }) => ({ ...next, targets: repository }),
  },
];

/**
 * Plays the steps in the sandbox, once where everything is in place and once where all but the home is still missing, and notes
 * what its GitHub answers.
 *
 * @throws where a step does not end as it should
 */
export async function playInSandbox(steps: PlayedStep[], lines: string[]): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const complete of [true, false]) {
    await using world = await startWorld();
    const scene = prepare(world, lines, complete);
    const recorder = await startRecorder(world.github.url, (exchange) => exchanges.push(exchange));
    try {
      for (const step of steps) await play(step, scene, world, recorder.url);
    } finally {
      await recorder.close();
    }
  }
  return exchanges;
}

function prepare(world: World, [home = HOME, ...others]: string[], complete: boolean): Scene {
  const { github } = world;
  world.setup([home]);
  if (complete) world.setup(others);
  for (const line of others) {
    const [, repository, environment] = /^([^/]+\/[^/]+)\/environments\/(.+)$/.exec(line) ?? [];
    if (repository !== undefined && environment !== undefined)
      github.repositories.addEnvironment(repository, environment);
  }
  // As a rehearsal leaves it: once the record is changed, once it is created.
  if (complete) world.variable('TE_TOKEN_ROTATION', home).seed({ v: 1 });
  for (const name of ['app', 'stateless', 'stateful']) github.addCredential(`ghs_${name}`, { kind: 'app' });
  // The homes of the rehearsals.
  github.repositories.addEnvironment(HOME, 'rotation');
  world.setup([`${HOME}/environments/rotation`, `orgs/${HOME.split('/')[0]}`]);
  github.addCredential('ghs_without-secrets', { kind: 'app', permissions: { metadata: 'read' } });
  github.addCredential('ghs_read-only', { kind: 'app', permissions: { metadata: 'read', secrets: 'read' } });
  const [owner = ''] = HOME.split('/');
  github.addRepository(`${owner}/formerly`);
  github.repositories.rename(`${owner}/formerly`, 'now');
  return { targets: [home, ...others].join('\n'), repository: HOME, renamed: `${owner}/formerly`, issued: '' };
}

async function play(step: PlayedStep, scene: Scene, world: World, githubUrl: string): Promise<void> {
  const inputs = step.inputs({ ...scene, issued: world.thousandeyes.activeTokens().at(-1) ?? '' });
  if (step.isLeft)
    world.setup([`${inputs.targets} as TE_TOKEN_NEXT`], { value: String(inputs['thousandeyes-token-next']) });
  const given = {
    'thousandeyes-token': world.thousandeyes.activeTokens().at(-1) ?? '',
    'github-token': `ghs_${step.credential}`,
    'thousandeyes-api-url': world.thousandeyes.url,
    'github-api-url': githubUrl,
    mode: step.mode,
  };
  const context = { repository: HOME, runId: 4711, apiUrl: githubUrl };
  const { exitCode, log, outputs } = await runAction({ with: { ...given, ...inputs }, context });
  const outcome = exitCode === 0 ? 'success' : 'failure';
  if (outcome !== step.outcome) throw new Error(`"${step.name}" ended in ${outcome}, not in ${step.outcome}:\n${log}`);
  if (step.isLeft && outputs.rotated !== 'true') throw new Error(`"${step.name}" did not finish:\n${log}`);
}
