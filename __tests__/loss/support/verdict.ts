import { commandIn, type Gh } from '../../../sandbox/gh/gh.ts';
import { home, type NewJob, nextName, type Scene, type Stage, writeTest } from './scene.ts';

/** Where a rotation stands. */
export type State =
  | 'nothing issued'
  /** One working token in all targets, the record right, nothing parked. */
  | 'everywhere'
  /** The home or `_NEXT` holds the new token. */
  | 'kept'
  /** No secret does: it is in a journal or a summary, or lost. */
  | 'in no secret';

/** How the next run found things, and left them well. */
export type Next =
  | 'nothing to do'
  | 'finishes'
  | 'rotates anew'
  /** The token was lost: the run said so, and what it said to do was done. */
  | 'says that it is lost';

const anotherRun = /\b(?:again|[Rr]un this workflow|fresh run)\b/;
const confession = /\bmay (?:be|have been issued and) lost\b/;

export function stateOf(scene: Scene): State {
  if (scene.issued === undefined) return 'nothing issued';
  if (scene.missing.length === 0) return 'everywhere';
  return scene.isKept ? 'kept' : 'in no secret';
}

/** Whether what is there is told, in the words of the last stage that had words. */
export function judge(scene: Scene, stages: readonly Stage[]): State {
  const breach = (text: string) => void scene.breaches.push(text);
  const state = stateOf(scene);
  const said = stages.map((stage) => stage.said).join('\n');
  const spoken = stages.filter(({ isKilled }) => !isKilled);
  const failed = spoken.some((stage) => stage.failed);
  if (spoken.length === 0) return state;
  if (scene.hasLeftover && !said.includes(writeTest)) breach(`${writeTest} was left over, and nobody said so`);
  if (state === 'nothing issued') {
    if (scene.contents().some(({ value }) => value !== scene.world.currentToken)) breach('a secret changed');
    // A main that was killed before it asked leaves a note at most, which the next run understands.
    if (stages[0]?.isKilled) return state;
    if (scene.next !== undefined && !said.includes(nextName) && !/Nothing tells|unknown whether/.test(said))
      breach(`${nextName} was left, and nobody said so`);
  }
  if (state === 'everywhere') return state;
  const isOnlyParked = scene.missing.join() === `${nextName} is there`;
  if (!failed && !(isOnlyParked && said.includes(nextName))) breach(`nothing failed: ${scene.missing.join(', ')}`);
  if (failed && state !== 'nothing issued' && !anotherRun.test(said)) breach('nobody said that another run finishes');
  return state;
}

/** What is known of a run that is over, to judge the one after it. */
export interface Before {
  /** The run that asked. */
  readonly runId: number;
  readonly stages: readonly Stage[];
  /** Whether its token may be in no secret and no summary. */
  readonly mayBeLost: boolean;
}

/**
 * Starts a fresh run with what the workflow would hand it, and says how that ended: it has to end with one working token in all
 * targets. Where the last run showed a command, a person has typed it before.
 */
export async function nextRun(
  scene: Scene,
  { runId, stages, mayBeLost }: Before,
  newJob: NewJob,
  gh: Gh,
): Promise<Next> {
  const breach = (text: string) => void scene.breaches.push(text);
  const isKeepable = () => scene.issued === undefined || scene.isKept;
  if (!isKeepable()) await byHand(scene, stages, gh);
  const isLost = !isKeepable();
  if (isLost && !mayBeLost) breach('the token is lost');
  const before = stateOf(scene);
  scene.world.later('1 minute');
  const run = await wholeRun(scene, newJob);
  if (isLost) {
    const [link] = new RegExp(`\\S+/actions/runs/${runId}\\b`).exec(run.said) ?? [];
    if (!run.failed || !confession.test(run.said) || link === undefined) breach(`a loss was not told: ${run.said}`);
    await startAfresh(scene, newJob);
    return 'says that it is lost';
  }
  if (confession.test(run.said)) breach(`a loss was told, and nothing is lost: ${run.said}`);
  if (run.failed) breach(`the next run failed: ${run.said}`);
  if (scene.missing.length > 0) breach(`after the next run ${scene.missing.join(', ')}`);
  if (before === 'everywhere') return 'nothing to do';
  return before === 'nothing issued' ? 'rotates anew' : 'finishes';
}

/** Types what the last summary with a command shows. */
async function byHand(scene: Scene, stages: readonly Stage[], gh: Gh): Promise<void> {
  const command = stages
    .map(({ summary, said }) => commandIn(summary) ?? loggedCommand(said))
    .findLast((found) => found);
  if (command === undefined) return;
  await gh.shell(command, scene.world.githubToken);
  if (scene.next !== scene.issued) scene.breaches.push('the command did not put the token where the next run finds it');
}

/** Where no summary could be written, the command stands in the log, alone on its line. */
function loggedCommand(log: string): string | undefined {
  return /^gh api --method PUT .*$/m.exec(log)?.[0];
}

/** Does what is said of a token that is lost: revoke all that are listed, create one, store it, run again. */
async function startAfresh(scene: Scene, newJob: NewJob): Promise<void> {
  const { thousandeyes, github } = scene.world;
  scene.world.later('1 minute');
  for (const token of thousandeyes.activeTokens()) thousandeyes.revoke(token);
  github.rewrite(home, thousandeyes.create());
  scene.world.later('1 minute');
  const run = await wholeRun(scene, newJob);
  if (run.failed || scene.missing.length > 0)
    scene.breaches.push(`after the advice ${scene.missing.join(', ')}: ${run.said}`);
}

/** Main and post of a run that nothing disturbs. */
async function wholeRun(scene: Scene, newJob: NewJob): Promise<Stage> {
  using job = newJob(scene);
  const main = await job.main();
  scene.check(main);
  const post = await job.post();
  scene.check(post);
  if (!main.failed && post.said.trim() !== '') scene.breaches.push(`post spoke: ${post.said}`);
  return main;
}
