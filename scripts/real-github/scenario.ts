import { type Inputs, runAction } from '../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import type { Exchange } from './exchange.ts';
import { startRecorder } from './recorder.ts';

/** Whose token a step is given: the App's whole one, one without a permission, or one that may only read. */
export type Credential = 'app' | 'without-secrets' | 'read-only';

export type Scene = {
  /** The action's targets, the home first. */
  targets: string;
  /** The home's repository. */
  repository: string;
  /** A name that a repository had before. */
  renamed: string;
};

export type PlayedStep = {
  /** As the step in github.yml is named. */
  name: string;
  mode: string;
  credential: Credential;
  outcome: 'success' | 'failure';
  inputs: (scene: Scene) => Inputs;
};

export const EXPIRY_VARIABLE = 'TE_TOKEN_VALID_UNTIL';

const everything = ({ targets }: Scene) => ({ targets, 'create-missing': true });
const withVariable = (scene: Scene) => ({ ...everything(scene), 'expiry-variable': EXPIRY_VARIABLE });

/** What .github/workflows/github.yml does with the real GitHub, in order; a test holds the two together. */
export const STEPS: PlayedStep[] = [
  { name: 'Check', mode: 'check', credential: 'app', outcome: 'success', inputs: everything },
  // Before the home is written in this run, and so while `sync` may still go ahead.
  { name: 'Sync', mode: 'sync', credential: 'app', outcome: 'success', inputs: everything },
  { name: 'Rehearse', mode: 'rehearse', credential: 'app', outcome: 'success', inputs: withVariable },
  { name: 'Rotate', mode: 'rotate', credential: 'app', outcome: 'success', inputs: withVariable },
  {
    name: 'Check a repository by the name that it had before',
    mode: 'check',
    credential: 'app',
    outcome: 'failure',
    inputs: ({ renamed }) => ({ targets: renamed }),
  },
  {
    name: 'Check without the permission for secrets',
    mode: 'check',
    credential: 'without-secrets',
    outcome: 'failure',
    inputs: ({ repository }) => ({ targets: repository }),
  },
  {
    name: 'Rotate with a permission that only reads',
    mode: 'rotate',
    credential: 'read-only',
    outcome: 'failure',
    inputs: ({ repository }) => ({ targets: repository }),
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
    // As a week after the last run: so `sync` asks when its own run was created.
    await using world = await startWorld({ ageInDays: 8 });
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
  if (complete) github.setVariable(home, EXPIRY_VARIABLE, '2026-01-01');
  github.addCredential('ghs_app', { kind: 'app' });
  github.addCredential('ghs_without-secrets', { kind: 'app', permissions: { metadata: 'read', actions: 'read' } });
  github.addCredential('ghs_read-only', { kind: 'app', permissions: { metadata: 'read', secrets: 'read' } });
  const [owner = ''] = HOME.split('/');
  github.addRepository(`${owner}/formerly`);
  github.repositories.rename(`${owner}/formerly`, 'now');
  return { targets: [home, ...others].join('\n'), repository: HOME, renamed: `${owner}/formerly` };
}

async function play(step: PlayedStep, scene: Scene, world: World, githubUrl: string): Promise<void> {
  const given = {
    'thousandeyes-token': world.thousandeyes.activeTokens().at(-1) ?? '',
    'github-token': `ghs_${step.credential}`,
    'thousandeyes-api-url': world.thousandeyes.url,
    'github-api-url': githubUrl,
    mode: step.mode,
  };
  const context = { repository: HOME, runId: 4711, apiUrl: githubUrl };
  const { exitCode, log } = await runAction({ with: { ...given, ...step.inputs(scene) }, context });
  const outcome = exitCode === 0 ? 'success' : 'failure';
  if (outcome !== step.outcome) throw new Error(`"${step.name}" ended in ${outcome}, not in ${step.outcome}:\n${log}`);
}
