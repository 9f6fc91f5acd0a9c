import { randomBytes, randomUUID } from 'node:crypto';
import { DAY, timestamp } from '../clocks/clock.ts';
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

export const EXPIRY_VARIABLE = 'TE_TOKEN_VALID_UNTIL';

/** What a workflow of the example says under `with`. */
export const EXAMPLE: Inputs = { targets: `${TARGETS.join('\n')}\n`, 'expiry-variable': EXPIRY_VARIABLE };

/** A world in which every target holds the same token, last rotated so many days ago. */
export async function startExample(options: WorldOptions & { rotatedDaysAgo?: number } = {}): Promise<World> {
  const { rotatedDaysAgo = 700, ...rest } = options;
  const world = await startWorld({ ageInDays: rotatedDaysAgo, ...rest });
  const updatedAt = world.clock.now() - rotatedDaysAgo * DAY;
  world.github.seed(HOME, { value: world.currentToken, createdAt: updatedAt - 700 * DAY, updatedAt });
  world.setup(TARGETS.filter((line) => line !== HOME && line !== 'orgs/acme'));
  world.setup(['orgs/acme'], { selected: ['network', 'edge'] });
  world.github.setVariable(HOME, EXPIRY_VARIABLE, timestamp(updatedAt + 731 * DAY), updatedAt);
  return world;
}

/** The token before the current one, while it still works: what a rotation leaves behind for 14 days. */
export function addTokenBefore(world: World): string {
  const value = `te-before-${randomUUID()}`;
  const [account] = world.thousandeyes.accounts;
  const issuedAt = account?.tokens[0]?.issuedAt ?? 0;
  if (account)
    world.thousandeyes.addToken(account, { value, issuedAt: issuedAt - 700 * DAY, expiresAt: issuedAt + 14 * DAY });
  return value;
}

/** The installation token of a GitHub App, with every permission unless told otherwise. */
export function addAppToken(world: World, options: Partial<CredentialOptions> = {}): string {
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  world.github.addCredential(token, { kind: 'app', login: 'acme-rotation[bot]', ...options });
  return token;
}

/** A fresh run of the workflow, a minute after the last: it gets the token that the home holds by now. */
export function freshRun(world: World): { inputs: Inputs; context: { runId: number } } {
  world.clock.advance(60_000);
  const id = 4800 + world.github.runs.length;
  world.github.addRun(HOME, { id, createdAt: world.clock.now() });
  return { inputs: { 'thousandeyes-token': world.github.open(HOME) ?? '' }, context: { runId: id } };
}
