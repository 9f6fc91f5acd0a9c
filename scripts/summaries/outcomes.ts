import { TlsHosts } from '../../clients/tls-hosts.ts';
import type { FaultRule } from '../../sandbox/http/faults.ts';
import type { Inputs, RunOptions, RunResult } from '../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';

/** Plays one outcome in the sandbox; yields the job summary, that of the post step below that of the main step. */
type Play = () => Promise<string>;
/** Runs the workflow once more, with what is said here in place of what it says. */
type Run = (options?: RunOptions) => Promise<RunResult>;

const api = 'https://api.github.com';
/** A handful of targets that shows what a line can say; the home comes first. */
const targets = [
  HOME,
  'acme/network/environments/Production EU/West',
  'orgs/acme',
  'acme/edge/dependabot',
  'acme/legacy as THOUSANDEYES_TOKEN',
];
/** What would wait for minutes runs on the sandbox's faster clock. */
const hurried = 20;

const refusedAt = (path: string): FaultRule => ({
  server: 'github',
  method: 'PUT',
  path,
  fault: { kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' } },
});
const atHome = refusedAt('/repos/acme/network/actions/secrets/TE_TOKEN');
const atOther = refusedAt('/repos/acme/legacy/actions/secrets/THOUSANDEYES_TOKEN');
const atDependabot = refusedAt('/repos/acme/edge/dependabot/secrets/TE_TOKEN');
/** The note goes through, the token behind it does not. */
const atNext: FaultRule = { ...refusedAt('/repos/acme/network/actions/secrets/TE_TOKEN_NEXT'), nth: 2 };
const refused401 = { kind: 'status', status: 401, body: { error: 'invalid_token' } } as const;
const newTokenRefused: FaultRule = {
  server: 'thousandeyes',
  method: 'GET',
  path: '/users/current',
  nth: 2,
  fault: refused401,
};
const answerLost: FaultRule = { server: 'thousandeyes', method: 'POST', fault: { kind: 'reset-after' }, times: 1 };
const wrong: Inputs = {
  targets: 'acme/network/dependabot\nacme\nacme/edge, acme/core',
  mode: 'rotat',
  'thousandeyes-api-url': 'https://api.thousandeyes.com',
};

/** Every outcome that has a job summary of its own, by the name of its picture. */
export const outcomes: Readonly<Record<string, Play>> = {
  rotated: () => last({}),
  'home-failed': () => last({ faults: [atHome], options: { post: false }, scale: hurried }),
  'home-and-next-failed': () => last({ faults: [atHome, atNext], options: { post: false }, scale: hurried }),
  'post-failed': () => last({ faults: [atHome, atNext], scale: hurried }),
  'finished-by-next-run': () => played({}, finishedByNextRun),
  'token-refused': () => last({ faults: [newTokenRefused], scale: hurried }),
  'answer-lost': () => last({ faults: [answerLost], scale: hurried }),
  'note-left': () => played({}, noteLeft),
  'two-tokens': () => last({ before: (world) => void world.thousandeyes.create() }),
  'two-tokens-again': () => played({}, secondToken),
  'hand-refused': () => last({ before: (world) => world.thousandeyes.revoke(world.currentToken) }),
  'written-back': () => played({}, writtenBack),
  'stored-by-hand': () => played({}, storedByHand),
  'target-failed': () => last({ faults: [atOther] }),
  'targets-failed': () => last({ given: { targets: many.join('\n') }, before: setUpMany, faults: [atEdges] }),
  'targets-missing': () => last({ given: { targets: many.join('\n') } }),
  'new-find': () => played({ given: { targets: `${HOME}\nacme/probe-*` } }, newFind),
  'not-due': () => again({ given: { 'rotate-when-days-left': 180 } }, '100 days'),
  overlap: () => again({}, '5 days'),
  'check-first': () => last({ given: { mode: 'check' } }),
  check: () => again({}, '100 days', { mode: 'check' }),
  'check-behind': () => again({ faults: [atOther] }, '100 days', { mode: 'check' }),
  rehearse: () => again({}, '100 days', { mode: 'rehearse' }),
  stopped: () => last({ faults: [refusedAt('/ROTATION_WRITE_TEST')] }),
  sync: () => played({}, synced),
  'inputs-wrong': () => last({ given: wrong }),
};

const many = [HOME, ...Array.from({ length: 12 }, (_, index) => `acme/edge-${index + 1}`)];
const atEdges: FaultRule = { ...refusedAt(''), path: /edge-\d+\/actions\/secrets\/TE_TOKEN$/ };
const setUpMany = (world: World) => world.setup(many.slice(1));

const three: Scene = {
  given: { targets: 'acme/network\norgs/acme\nacme/edge' },
  before: (world) => world.setup(['acme/edge']),
};

/** The README's pictures: a success, and a failure that lost nothing. */
export const pictures: Readonly<Record<string, Play>> = {
  success: () => last(three),
  failure: () => last({ ...three, faults: [atHome], options: { post: false }, scale: hurried }),
};

interface Scene {
  readonly given?: Inputs;
  readonly faults?: readonly FaultRule[];
  readonly scale?: number;
  readonly before?: (world: World) => void;
  readonly options?: RunOptions;
}

/** One run. */
function last(scene: Scene): Promise<string> {
  return played(scene, async (_, run) => both(await run(scene.options)));
}

/** A run and, later, a second one without the faults of the first. */
function again(scene: Scene, span: string, given: Inputs = {}): Promise<string> {
  return played(scene, async (world, run, mend) => {
    await run();
    mend();
    world.later(span);
    return both(await run({ with: given }));
  });
}

function both({ summary, post }: RunResult): string {
  return `${summary}\n${post?.summary ?? ''}`;
}

/** The action meets the sandbox's GitHub at github.com's own address, so that its commands are those that people see. */
async function played(
  { given = {}, faults = [], scale = 1, before }: Scene,
  play: (world: World, run: Run, mend: () => void) => Promise<string>,
): Promise<string> {
  await using world = await startWorld({ ageInDays: 700, scale });
  await using hosts = await TlsHosts.start([{ name: new URL(api).host, upstream: world.github.origin }]);
  world.setup(targets.filter((line) => line !== HOME && line !== 'orgs/acme'));
  world.setup(['orgs/acme'], { selected: ['network', 'edge'] });
  before?.(world);
  const handles = faults.map((fault) => world.faults.add(fault));
  const execArgv = scale === 1 ? [] : ['--import', import.meta.resolve('../../sandbox/clocks/scaled.ts')];
  const env = scale === 1 ? hosts.env : { ...hosts.env, ...world.clock.env };
  const inputs = { targets: `${targets.join('\n')}\n`, 'github-api-url': api, ...given };
  const workflow = world.workflow({ execArgv, env, with: inputs });
  return await play(
    world,
    (options) => workflow.run(options),
    () => {
      for (const handle of handles) handle.remove();
    },
  );
}

/** A rotation whose machine dies the moment the token was asked for, and the run after it. */
async function finishedByNextRun(world: World, run: Run): Promise<string> {
  await run(world.killedAt({ method: 'PUT', path: '/actions/secrets/TE_TOKEN' }));
  world.later('1 hour');
  return both(await run());
}

/** The same, before the token could be kept: the next run meets two tokens. */
async function noteLeft(world: World, run: Run): Promise<string> {
  await run(world.killedAt({ server: 'thousandeyes', method: 'POST' }));
  world.later('1 hour');
  return both(await run());
}

async function secondToken(world: World, run: Run): Promise<string> {
  await run();
  world.later('100 days');
  world.thousandeyes.create();
  return both(await run());
}

async function writtenBack(world: World, run: Run): Promise<string> {
  await run();
  world.later('3 days');
  world.github.seed(HOME, { value: world.currentToken, updatedAt: world.clock.now() });
  world.later('1 hour');
  return both(await run());
}

async function storedByHand(world: World, run: Run): Promise<string> {
  await run();
  world.later('100 days');
  for (const value of world.thousandeyes.activeTokens()) world.thousandeyes.revoke(value);
  world.github.seed(HOME, { value: world.thousandeyes.create(), updatedAt: world.clock.now() });
  world.later('1 hour');
  return both(await run());
}

async function newFind(world: World, run: Run): Promise<string> {
  world.setup(['acme/probe-one']);
  await run();
  world.later('100 days');
  world.setup(['acme/probe-two']);
  return both(await run());
}

/** A token that was stored by hand is spread without a rotation. */
async function synced(world: World, run: Run): Promise<string> {
  const handles = [atOther, atDependabot].map((rule) => world.faults.add(rule));
  await run();
  for (const handle of handles) handle.remove();
  return both(await run({ with: { mode: 'sync' } }));
}
