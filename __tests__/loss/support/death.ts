import type { Gh } from '../../../sandbox/gh/gh.ts';
import { type RequestRow, rowsOf } from './requests.ts';
import { type NewJob, type Scene, type Stage, type Start, startScene } from './scene.ts';
import { judge, type Next, nextRun, type State, stateOf } from './verdict.ts';

/** Where a run dies: at a request, before the server acted on it or after. */
export interface Death {
  readonly name: string;
  readonly row: RequestRow;
  readonly phase: 'received' | 'acted';
  readonly start: Start;
}

/** What comes behind it. */
export type Sequel =
  /** The machine is gone: the next run. */
  | 'gone'
  /** Post, then the next run. */
  | 'post'
  /** The next run while post still runs, then one more. */
  | 'beside';

export interface DeathReport {
  /** What the dead run left. */
  readonly left: State;
  /** What post left, or post and the run beside it. */
  readonly then?: State;
  readonly next: Next;
  readonly breaches: readonly string[];
}

export function deathsOf(start: Start): Death[] {
  return rowsOf(start).flatMap((row) =>
    (['received', 'acted'] as const).map((phase) => ({
      name: `${row.name}, ${phase === 'acted' ? 'after' : 'before'} it acted (${start})`,
      row,
      phase,
      start,
    })),
  );
}

/** What runs: in this process on a clock that nobody waits for, or the bundle. */
export interface Runs {
  readonly newJob: NewJob;
  readonly frozen: boolean;
  readonly gh: Gh;
}

/** Which of post and the run beside it comes first, and how many requests later the other begins. */
export interface Lead {
  readonly first: 'post' | 'next run';
  readonly requests: number;
}

/** Plays a death and what comes behind it. Only between ThousandEyes' acting and `_NEXT`'s write may the token be lost. */
export async function dies(
  death: Death,
  sequel: Sequel,
  { newJob, frozen, gh }: Runs,
  lead: Lead = { first: 'post', requests: 0 },
): Promise<DeathReport> {
  await using scene = await startScene({ frozen, start: death.start });
  const { name: _, start: __, ...rule } = death.row;
  const { kill } = scene.world.killedAt({ ...rule, phase: death.phase });
  if (typeof kill !== 'function') throw new Error('a death is told by an event');
  using job = newJob(scene, { kill });
  const main = await job.main();
  await scene.quiet();
  if (!main.isKilled) scene.breaches.push(`it did not die: ${main.said}`);
  scene.check(main);
  const left = stateOf(scene);
  const isInWindow = scene.issued !== undefined && !scene.isKept;
  const isJournaled = /"kind":"sealed","target":0/.test(main.wrote);
  const mayBeLost = isInWindow && (sequel === 'gone' || !isJournaled);

  const stages: Stage[] = [main];
  if (sequel !== 'gone') scene.world.later('2 s');
  if (sequel === 'post') stages.push(await job.post());
  if (sequel === 'beside') stages.push(...(await both(scene, newJob, () => job.post(), lead)));
  for (const stage of stages.slice(1)) scene.check(stage);
  const then = sequel === 'post' ? judge(scene, stages) : stateOf(scene);
  const next = await nextRun(scene, { runId: job.runId, stages, mayBeLost }, newJob, gh);
  return { left, ...(sequel === 'gone' ? {} : { then }), next, breaches: scene.breaches.splice(0) };
}

/** The post step of the one that died, and the next run. */
async function both(scene: Scene, newJob: NewJob, post: () => Promise<Stage>, lead: Lead): Promise<Stage[]> {
  const { promise: isTime, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  const stop = scene.world.on(({ phase }) => {
    if (phase === 'received' && ++seen === lead.requests) resolve();
  });
  const run = async () => {
    using job = newJob(scene);
    return await job.main();
  };
  const [first, second] = lead.first === 'post' ? [post, run] : [run, post];
  const leading = first();
  if (lead.requests > 0) await Promise.race([isTime, leading]);
  stop();
  return Promise.all([leading, second()]);
}
