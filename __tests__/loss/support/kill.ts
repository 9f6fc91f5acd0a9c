import { mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { asksForToken, type TrafficEvent } from '../../../sandbox/http/traffic.ts';
import type { StageResult } from '../../../sandbox/runner/runner.ts';
import { LossBundle } from './bundle.ts';
import { type Scene, type Stage, startScene } from './scene.ts';

/** When to kill: at an event after the token was asked for, counted from it, and so many ms later. */
interface Moment {
  readonly event: number;
  readonly delay: number;
}

/** How a killed run ended. */
export type End =
  /** The kill came too late. */
  | 'finished by main'
  | 'finished by post'
  /** Killed between the home's line in the journal and those of the others. */
  | 'finished by post and sync'
  /** Killed before the answer was sent. */
  | 'killed while asking'
  /** Killed between the answer and the home's line in the journal. */
  | 'lost in the window'
  /** Killed before ThousandEyes acted. */
  | 'nothing issued';

/** What a run asks only once its journal has the home's line. */
const comesAfterJournal = ({ request }: TrafficEvent) =>
  request.path.endsWith('/TE_TOKEN') || request.path.endsWith('/users/current');

/** Runs main, kills it at a moment, runs post, and tells how that ended. Breaches are the scene's. */
export async function killed({ event: wanted, delay }: Moment): Promise<{ end: End; breaches: readonly string[] }> {
  await using scene = await startScene();
  let [asked, answered, after] = [false, false, false];
  let count = 0;
  const { promise: kill, resolve: pull } = Promise.withResolvers<void>();
  scene.world.on((event) => {
    asked ||= asksForToken(event.request);
    if (!asked) return;
    answered ||= asksForToken(event.request) && event.phase === 'answered';
    after ||= answered && event.phase === 'received' && comesAfterJournal(event);
    if (count++ === wanted) void pause(delay).then(pull);
  });
  using step = new LossBundle(scene, { kill });
  const main = await step.main();
  const wasAnswered = answered;
  const wentOn = after;
  const sealed = /"kind":"sealed","target":0/.test(main.files.map(({ content }) => content).join(''));
  scene.check(main);
  const post = await step.post();
  scene.check(post);
  if (scene.hasLeftover) scene.breaches.push('the write test was left over');
  const end = endOf(scene, main, post, { wasAnswered, wentOn, sealed });
  if (end === 'finished by post and sync') await finishBySync(scene, step, post);
  return { end, breaches: scene.breaches.splice(0) };
}

function endOf(
  scene: Scene,
  main: StageResult,
  post: Stage,
  seen: { wasAnswered: boolean; wentOn: boolean; sealed: boolean },
): End {
  const breach = (text: string) => void scene.breaches.push(text);
  if (main.signal !== 'SIGKILL') {
    if (main.exitCode !== 0 || post.wrote.trim() !== '') breach('main was not killed, and left something to do');
    return 'finished by main';
  }
  if (scene.isEverywhere) {
    if (post.failed) breach(`post failed, and everything is stored: ${post.said}`);
    return 'finished by post';
  }
  if (seen.sealed) return 'finished by post and sync';
  if (seen.wentOn) breach('main went on before the journal had the token');
  if (!post.failed || !/may have been issued and lost/.test(post.said))
    breach('post did not say that a token may be lost');
  if (scene.issued === undefined) return 'nothing issued';
  return seen.wasAnswered ? 'lost in the window' : 'killed while asking';
}

async function finishBySync(scene: Scene, step: LossBundle, post: Stage): Promise<void> {
  if (!scene.isAtHome || !post.failed || !/mode: sync/.test(post.said)) scene.breaches.push(`post: ${post.said}`);
  const synced = await step.sync();
  scene.check(synced);
  if (synced.failed || !scene.isEverywhere) scene.breaches.push(`sync: ${synced.said}`);
}

/**
 * The time from the moment at which ThousandEyes' answer left the sandbox to the moment at which the journal's file
 * system told of the home's line, in ms, as one process sees both; so a little more than what it is.
 */
export async function measureWindow(): Promise<number> {
  await using scene = await startScene();
  const temp = mkdtempSync(join(tmpdir(), 'loss-window-'));
  const { promise: seen, resolve: see } = Promise.withResolvers<number>();
  const watcher = watch(temp, () => {
    const text = readdirSync(temp).map((name) => textIn(join(temp, name)));
    if (/"kind":"sealed","target":0/.test(text.join(''))) see(performance.now());
  });
  let answeredAt = 0;
  scene.world.on((event) => {
    if (asksForToken(event.request) && event.phase === 'answered') answeredAt = performance.now();
  });
  try {
    const run = scene.world.run({ with: scene.inputs, env: { RUNNER_TEMP: temp } });
    const at = await Promise.race([seen, run.then(() => undefined)]);
    await run;
    if (at === undefined) throw new Error("the journal never had the home's line");
    return at - answeredAt;
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
