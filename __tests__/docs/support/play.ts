import type { Access, Permissions } from '../../../sandbox/github/access/credentials.ts';
import { HOME, type World } from '../../../sandbox/world.ts';
import { isOurs, type Step, type Workflow } from './workflows.ts';

/** What stands around a workflow's run. */
export interface Scene {
  /** What the step that creates an App's token yields; undefined where there is none. */
  readonly appToken?: string | undefined;
  readonly mode?: string | undefined;
  readonly matrix?: Readonly<Record<string, string>>;
}

/** A job as it runs in the sandbox: what is its secrets' and variables' stays an expression, which the world fills in. */
export interface PlayedJob {
  readonly environment?: string;
  readonly with: Record<string, string>;
}

/** The job of a workflow that uses the action. */
export function jobIn(workflow: Workflow, { appToken, mode, matrix = {} }: Scene): PlayedJob {
  const job = Object.values(workflow.jobs).find(({ steps }) => steps.some(isOurs));
  const ours = job?.steps.find(isOurs);
  if (job === undefined || ours === undefined) throw new Error('The workflow has another shape');
  const values: Record<string, string | undefined> = {
    'steps.app.outputs.token': appToken,
    'github.repository': HOME,
    "inputs.mode || 'rotate'": mode ?? 'rotate',
    ...Object.fromEntries(Object.entries(matrix).map(([name, value]) => [`matrix.${name}`, value])),
  };
  const inputs = Object.entries(ours.with ?? {}).map(([name, value]) => [name, evaluate(String(value), values)]);
  const { environment } = job;
  return {
    ...(environment === undefined ? {} : { environment: evaluate(environment, values) }),
    with: Object.fromEntries(inputs),
  };
}

/** The permissions that the App's step of a workflow asks for, none where it names none; undefined where it has no such step. */
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

/**
 * An App's token as `actions/create-github-app-token` would make it: with what its lines ask for and the App has, and with all that
 * the App has where it has no lines.
 *
 * @throws where the App was not given what is asked for
 */
export function addApp(world: World, asked: Permissions, granted: Permissions = asked): string {
  const beyond = Object.keys(asked).filter((name) => asked[name] !== granted[name]);
  if (beyond.length > 0) throw new Error(`The App was not given what its step asks for: ${beyond.join(', ')}`);
  const token = `ghs_${world.requests.length}`;
  const permissions = Object.keys(asked).length > 0 ? asked : granted;
  world.github.addCredential(token, { kind: 'app', permissions });
  return token;
}

function stepIn(workflow: Workflow, fits: (step: Step) => boolean): Step | undefined {
  return Object.values(workflow.jobs)
    .find((job) => job.steps.some(isOurs))
    ?.steps.find(fits);
}

/** Puts values in place of expressions, but for secrets and variables. @throws at what is not known */
function evaluate(text: string, values: Record<string, string | undefined>): string {
  return text.replaceAll(/\$\{\{ (.+?) \}\}/g, (whole, expression: string) => {
    if (/^(?:secrets|vars)\.\w+$/.test(expression)) return whole;
    const value = values[expression];
    if (value === undefined) throw new Error(`Nothing is known of ${expression}`);
    return value;
  });
}
