import { randomBytes } from 'node:crypto';
import { DAY } from '../clocks/clock.ts';
import type { CredentialOptions } from '../github/access/credentials.ts';
import type { Inputs } from '../runner/runner.ts';
import { HOME, startWorld, type World, type WorldOptions } from '../world.ts';

/** A handful of targets that shows what a line can say; the home comes first. */
export const TARGETS = [
  HOME,
  'acme/network/environments/Production EU/West',
  'orgs/acme',
  'acme/edge/dependabot',
  'acme/legacy as THOUSANDEYES_TOKEN',
];

/** What a workflow of the example says under `with`. */
export const EXAMPLE: Inputs = { targets: `${TARGETS.join('\n')}\n` };

/** A world in which every target holds the same token, stored by hand so many days ago. */
export async function startExample(options: WorldOptions = {}): Promise<World> {
  const { ageInDays = 700, ...rest } = options;
  const world = await startWorld({ ageInDays, ...rest });
  const updatedAt = world.clock.now() - ageInDays * DAY;
  world.github.seed(HOME, { value: world.currentToken, createdAt: updatedAt - 700 * DAY, updatedAt });
  world.setup(TARGETS.filter((line) => line !== HOME && line !== 'orgs/acme'));
  world.setup(['orgs/acme'], { selected: ['network', 'edge'] });
  return world;
}

/** The same after a rotation, so many days later. */
export async function startRotated(days: number, inputs: Inputs = EXAMPLE): Promise<World> {
  const world = await startExample();
  const { exitCode, log } = await world.workflow({ with: inputs }).run();
  if (exitCode !== 0) throw new Error(`The rotation before the scene failed: ${log}`);
  world.later(`${days} days`);
  return world;
}

/** The installation token of a GitHub App, with every permission unless told otherwise. */
export function addAppToken(world: World, options: Partial<CredentialOptions> = {}): string {
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  world.github.addCredential(token, { kind: 'app', login: 'acme-rotation[bot]', ...options });
  return token;
}
