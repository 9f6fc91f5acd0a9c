import { mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Gh } from '../../../sandbox/gh/gh.ts';
import { asksForToken } from '../../../sandbox/http/traffic.ts';
import { LossBundle } from './bundle.ts';
import { nextName, type Scene, type Stage, startScene } from './scene.ts';
import { judge, nextRun, stateOf } from './verdict.ts';

/** When to kill: at an event after the token was asked for, counted from it, and so many ms later; and whether post comes then. */
export interface Moment {
  readonly event: number;
  readonly delay: number;
  /** Else the machine is gone, and the journal with it. */
  readonly hasPost: boolean;
}

/** How a killed run ended. */
export type End =
  /** The kill came too late. */
  | 'finished by main'
  | 'finished by post'
  | 'finished by the next run'
  /** Killed before ThousandEyes acted: the next run rotated. */
  | 'nothing issued'
  /** Killed after ThousandEyes acted, and before its answer was sent. */
  | 'lost while asking, and told'
  /** Killed between the answer and the parked token, and the journal gone or without it. */
  | 'lost in the window, and told';

export interface Killed {
  readonly end: End;
  /** Whether the journal had the token when it was killed. */
  readonly isJournaled: boolean;
  readonly breaches: readonly string[];
}

const hasToken = /"kind":"sealed","target":0/;

/** Runs main, kills it at a moment, then post or none, then the next run, and tells how that ended. */
export async function killed({ event: wanted, delay, hasPost }: Moment, gh: Gh): Promise<Killed> {
  await using scene = await startScene();
  let [asked, answered] = [false, false];
  let count = 0;
  const { promise: kill, resolve: pull } = Promise.withResolvers<void>();
  scene.world.on((event) => {
    asked ||= asksForToken(event.request);
    answered ||= asksForToken(event.request) && event.phase === 'answered';
    if (asked && count++ === wanted) void pause(delay).then(pull);
  });
  using job = new LossBundle(scene, { kill });
  const main = await job.main();
  const wasAnswered = answered;
  await scene.quiet();
  scene.check(main);
  const isJournaled = main.isKilled && hasToken.test(main.wrote);
  const isWhole = stateOf(scene) === 'everywhere';
  const mayBeLost = !scene.isKept && !(hasPost && isJournaled);
  const stages: Stage[] = [main];
  if (hasPost) stages.push(await postOf(scene, job, main));
  const end = stateOf(scene);
  if (!main.isKilled && (main.failed || end !== 'everywhere')) scene.breaches.push('main was not killed, and failed');
  const next = await nextRun(
    scene,
    { runId: job.runId, stages, mayBeLost },
    (...given) => new LossBundle(...given),
    gh,
  );
  const ends: Readonly<Record<typeof next, End>> = {
    'nothing to do': isWhole ? 'finished by main' : 'finished by post',
    finishes: 'finished by the next run',
    'rotates anew': 'nothing issued',
    'says that it is lost': wasAnswered ? 'lost in the window, and told' : 'lost while asking, and told',
  };
  return { end: ends[next], isJournaled, breaches: scene.breaches.splice(0) };
}

async function postOf(scene: Scene, job: LossBundle, main: Stage): Promise<Stage> {
  const post = await job.post();
  scene.check(post);
  judge(scene, [main, post]);
  if (scene.hasLeftover) scene.breaches.push('the write test was left over');
  return post;
}

/** How long a token is in memory only, in ms. */
export interface Window {
  /** From the moment at which ThousandEyes' answer left the sandbox until the journal's file system told of the token. */
  readonly journal: number;
  /** Until GitHub had it as `_NEXT`. */
  readonly parked: number;
}

/** Measures both in one process, so a little more than what they are. */
export async function measureWindow(): Promise<Window> {
  await using scene = await startScene();
  const temp = mkdtempSync(join(tmpdir(), 'loss-window-'));
  const { promise: seen, resolve: see } = Promise.withResolvers<number>();
  const watcher = watch(temp, () => {
    const text = readdirSync(temp).map((name) => textIn(join(temp, name)));
    if (hasToken.test(text.join(''))) see(performance.now());
  });
  let [answeredAt, parkedAt] = [0, 0];
  scene.world.on(({ phase, request }) => {
    if (asksForToken(request) && phase === 'answered') answeredAt = performance.now();
    const isParked = request.method === 'PUT' && request.path.endsWith(`/${nextName}`) && answeredAt > 0;
    if (isParked && phase === 'acted') parkedAt = performance.now();
  });
  try {
    using job = new LossBundle(scene, { temp });
    const run = job.main();
    const at = await Promise.race([seen, run.then(() => undefined)]);
    await run;
    if (at === undefined) throw new Error('the journal never had the token');
    return { journal: at - answeredAt, parked: parkedAt - answeredAt };
  } finally {
    watcher.close();
    rmSync(temp, { recursive: true });
  }
}

/** The main step may have removed the file since it was listed. */
function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Timers know whole milliseconds; the rest is waited for turn by turn, so that the servers go on. */
async function pause(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) await turn();
}
