import type { Access, Permissions } from '../../sandbox/github-credentials.ts';
import { HOME, type World } from '../../sandbox/world.ts';
import { isOurs, type Workflow } from './workflows.ts';

export type Played = { with: Record<string, string>; permissions: Permissions };

/** What the action's step of a workflow would be given, and the permissions that the App's step before it asks for. */
export function inputsIn(
  workflow: Workflow,
  world: World,
  { mode, home, matrix = {} }: { mode?: string | undefined; home: string; matrix?: Record<string, string> },
): Played {
  const steps = Object.values(workflow.jobs).find((job) => job.steps.some(isOurs))?.steps ?? [];
  const app = steps.find(({ id }) => id === 'app');
  const ours = steps.find(isOurs);
  if (app === undefined || ours === undefined) throw new Error('The workflow has another shape');
  const values: Record<string, string | undefined> = {
    'secrets.TE_TOKEN': world.github.open(home),
    'steps.app.outputs.token': 'set by the App',
    'github.repository': HOME,
    "inputs.mode || 'rotate'": mode ?? 'rotate',
    ...Object.fromEntries(Object.entries(matrix).map(([name, value]) => [`matrix.${name}`, value])),
  };
  const given = Object.entries(ours.with ?? {}).map(([name, value]) => [name, evaluate(String(value), values)]);
  const asked = Object.entries(app.with ?? {}).filter(([name]) => name.startsWith('permission-'));
  const permissions = asked.map(([name, access]) => [
    name.replace('permission-', '').replaceAll('-', '_'),
    access as Access,
  ]);
  return { with: Object.fromEntries(given), permissions: Object.fromEntries(permissions) };
}

/** An App's token as `actions/create-github-app-token` would make it, with these permissions and no others. */
export function addApp(world: World, permissions: Permissions): string {
  const token = `ghs_${world.requests.length}`;
  world.github.addCredential(token, { kind: 'app', permissions });
  return token;
}

export function evaluate(text: string, values: Record<string, string | undefined>): string {
  return text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`Nothing is known of ${expression}`);
    return value;
  });
}
