import { TlsHosts } from '../../clients/tls-hosts.ts';
import { addTokenBefore, EXAMPLE, freshRun, startExample } from '../../sandbox/demo/example.ts';
import type { FaultRule } from '../../sandbox/http/faults.ts';
import type { Inputs, RunOptions } from '../../sandbox/runner/runner.ts';
import type { World } from '../../sandbox/world.ts';

/** Plays one outcome in the sandbox; yields the job summary, that of the post step below that of the main step. */
type Play = () => Promise<string>;

const api = 'https://api.github.com';
const refusedAt = (path: string): FaultRule => ({
  server: 'github',
  method: 'PUT',
  path,
  fault: { kind: 'status', status: 403, body: { message: 'Resource not accessible by integration' } },
});
const atHome = refusedAt('/repos/acme/network/actions/secrets/TE_TOKEN');
const atOther = refusedAt('/repos/acme/legacy/actions/secrets/THOUSANDEYES_TOKEN');
const atDependabot = refusedAt('/repos/acme/edge/dependabot/secrets/TE_TOKEN');
const newTokenRefused: FaultRule = {
  server: 'thousandeyes',
  method: 'GET',
  path: '/users/current',
  nth: 2,
  fault: { kind: 'status', status: 401, body: { error: 'invalid_token', error_description: 'Invalid access token' } },
};
const answerLost: FaultRule = { server: 'thousandeyes', method: 'POST', times: 1, fault: { kind: 'reset-after' } };
const wrong: Inputs = {
  targets: 'acme/network/dependabot\nacme\nacme/edge, acme/core',
  mode: 'rotat',
  'thousandeyes-api-url': 'https://api.thousandeyes.com',
  'thousandeyes-token': '',
};
/** What would wait for minutes runs on the sandbox's faster clock. */
const hurried = 20;

/** Every outcome that has a job summary of its own, by the name of its picture. */
export const outcomes: Readonly<Record<string, Play>> = {
  rotated: () => played({}),
  'home-failed': () => played({ faults: [atHome], options: { post: false } }),
  'post-finished': () => playedIn({}, finishedByPost),
  'post-failed': () => played({ faults: [atHome] }),
  'kept-aside': () => played({ faults: [newTokenRefused], scale: hurried }),
  'answer-lost': () => played({ faults: [answerLost], scale: hurried }),
  'target-failed': () => played({ faults: [atOther] }),
  'not-due': () => played({ given: { 'rotate-when-days-left': 180 }, rotatedDaysAgo: 100 }),
  overlap: () => played({ rotatedDaysAgo: 5, before: addTokenBefore }),
  check: () => played({ given: { mode: 'check' } }),
  rehearse: () => played({ given: { mode: 'rehearse' } }),
  stopped: () => played({ given: { mode: 'rehearse' }, faults: [refusedAt('/ROTATION_WRITE_TEST')] }),
  sync: () => playedIn({}, synced),
  'inputs-wrong': () => played({ given: wrong }),
};

const three: Scene = {
  given: { targets: 'acme/network\norgs/acme\nacme/edge' },
  before: (world) => world.setup(['acme/edge']),
};

/** The README's pictures: a success, and a failure that lost nothing, of which the first half is enough. */
export const pictures: Readonly<Record<string, Play>> = {
  success: () => played(three),
  failure: async () => {
    const summary = await played({ ...three, faults: [atHome], options: { post: false } });
    return summary.split('\n<details>')[0] ?? '';
  },
};

interface Scene {
  readonly given?: Inputs;
  readonly faults?: readonly FaultRule[];
  readonly rotatedDaysAgo?: number;
  readonly scale?: number;
  readonly before?: (world: World) => void;
  readonly options?: RunOptions;
}

function played(scene: Scene): Promise<string> {
  return playedIn(scene, async (world, options) => {
    const { summary, post } = await world.run(options);
    return `${summary}\n${post?.summary ?? ''}`;
  });
}

/** The action meets the sandbox's GitHub at github.com's own address, so that its commands are those that people see. */
async function playedIn(
  { given = {}, faults = [], rotatedDaysAgo = 700, scale = 1, before, options }: Scene,
  play: (world: World, options: RunOptions) => Promise<string>,
): Promise<string> {
  await using world = await startExample({ rotatedDaysAgo, scale });
  await using hosts = await TlsHosts.start([{ name: new URL(api).host, upstream: world.github.origin }]);
  before?.(world);
  for (const fault of faults) world.faults.add(fault);
  const execArgv = scale === 1 ? [] : ['--import', import.meta.resolve('../../sandbox/clocks/scaled.ts')];
  const env = { ...hosts.env, ...world.clock.env };
  return await play(world, { execArgv, env, ...options, with: { ...EXAMPLE, 'github-api-url': api, ...given } });
}

/** The home can't be written while the main step runs, and can when the post step does. */
async function finishedByPost(world: World, options: RunOptions): Promise<string> {
  const fault = world.faults.add(atHome);
  const step = world.step(options);
  try {
    const main = await step.main();
    fault.remove();
    const post = await step.post();
    return `${main.summary}\n${post.summary}`;
  } finally {
    step.dispose();
  }
}

/** A rotation that misses two targets, then `mode: sync`. */
async function synced(world: World, options: RunOptions): Promise<string> {
  const handles = [atOther, atDependabot].map((rule) => world.faults.add(rule));
  await world.run(options);
  for (const handle of handles) handle.remove();
  const { inputs, context } = freshRun(world);
  const { summary } = await world.run({ ...options, with: { ...options.with, ...inputs, mode: 'sync' }, context });
  return summary;
}
