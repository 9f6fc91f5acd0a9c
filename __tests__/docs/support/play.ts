import type { Access, Permissions } from '../../../sandbox/github/access/credentials.ts';
import { HOME, type World } from '../../../sandbox/world.ts';
import { isOurs, type Step, type Workflow } from './workflows.ts';

/** What stands around a workflow's run. */
export interface Scene {
  readonly home: string;
  readonly githubToken: string;
  readonly mode?: string | undefined;
  readonly matrix?: Readonly<Record<string, string>>;
}

/** What the action's step of a workflow would be given. */
export function inputsIn(
  workflow: Workflow,
  world: World,
  { home, githubToken, mode, matrix = {} }: Scene,
): Record<string, string> {
  const ours = stepIn(workflow, isOurs);
  if (ours === undefined) throw new Error('The workflow has another shape');
  const values: Record<string, string | undefined> = {
    'secrets.TE_TOKEN': world.github.open(home),
    'secrets.ROTATION_GITHUB_TOKEN': githubToken,
    'steps.app.outputs.token': githubToken,
    'github.repository': HOME,
    "inputs.mode || 'rotate'": mode ?? 'rotate',
    ...Object.fromEntries(Object.entries(matrix).map(([name, value]) => [`matrix.${name}`, value])),
  };
  return Object.fromEntries(
    Object.entries(ours.with ?? {}).map(([name, value]) => [name, evaluate(String(value), values)]),
  );
}

/** The permissions that the App's step of a workflow asks for; undefined where it has no such step. */
export function permissionsIn(workflow: Workflow): Permissions | undefined {
  const app = stepIn(workflow, ({ id }) => id === 'app');
  if (app === undefined) return undefined;
  const asked = Object.entries(app.with ?? {}).filter(([name]) => name.startsWith('permission-'));
  return Object.fromEntries(
    asked.map(([name, access]) => [name.replace('permission-', '').replaceAll('-', '_'), access as Access]),
  );
}

/** The permissions that a link to GitHub's page for a new App or token fills in. */
export function permissionsOf(link: string): Permissions {
  const pairs = [...new URL(link).searchParams].filter(([, value]) => ['read', 'write'].includes(value));
  return Object.fromEntries(pairs.map(([name, access]) => [name, access as Access]));
}

/** An App's token as `actions/create-github-app-token` would make it, with these permissions and no others. */
export function addApp(world: World, permissions: Permissions): string {
  const token = `ghs_${world.requests.length}`;
  world.github.addCredential(token, { kind: 'app', permissions });
  return token;
}

function stepIn(workflow: Workflow, fits: (step: Step) => boolean): Step | undefined {
  return Object.values(workflow.jobs)
    .find((job) => job.steps.some(isOurs))
    ?.steps.find(fits);
}

export function evaluate(text: string, values: Record<string, string | undefined>): string {
  return text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`Nothing is known of ${expression}`);
    return value;
  });
}
