import { commandIn, type Gh } from '../../../sandbox/gh/gh.ts';
import { type Scene, type Stage, writeTest } from './scene.ts';

/** What may become of a run, whatever breaks. */
export type Verdict = 'nothing issued' | 'everywhere' | 'finished by hand' | 'lost and said';

const confession = /issued and lost|can.t be told whether|unknown whether a token was issued/;

/**
 * Judges a run by what is in the secrets now. An unfinished run is finished as its summary says, by the literal
 * command and a run with `mode: sync`; what does not come to one of the four ends is a breach.
 *
 * @param stages of one run, in order
 * @param endFaults what was broken is mended, before a person comes
 */
export async function judge(
  scene: Scene,
  stages: readonly Stage[],
  gh: Gh,
  { endFaults, sync }: { endFaults: () => void; sync: () => Promise<Stage> },
): Promise<Verdict> {
  const breach = (text: string) => void scene.breaches.push(text);
  const failed = stages.at(-1)?.failed === true || stages[0]?.failed === true;
  const said = stages.map((stage) => stage.said).join('\n');
  const { issued, world } = scene;
  if (scene.hasLeftover && !said.includes(writeTest)) breach(`${writeTest} was left over, and nobody said so`);

  if (issued === undefined) {
    if (scene.contents().some(({ value }) => value !== world.currentToken))
      breach('a secret changed, nothing was issued');
    if (!failed) breach('nothing was issued, and the run did not fail');
    return 'nothing issued';
  }
  if (scene.isEverywhere) {
    if (!failed && world.github.variable('acme/network', 'TE_EXPIRY') === undefined) breach('the variable is missing');
    return 'everywhere';
  }
  if (!failed) breach('the token is not everywhere, and the run did not fail');
  if (!stages.some(({ masks }) => masks.includes(issued))) {
    if (scene.wasToldWhole) breach('the whole answer was sent, and the token is lost');
    if (!confession.test(said)) breach('the token is lost, and nobody said so');
    if (scene.contents().some(({ value }) => value !== world.currentToken))
      breach('a secret changed, the token is lost');
    return 'lost and said';
  }
  if (!/mode: sync/.test(said)) breach('nobody said what to do');
  endFaults();
  if (!scene.isAtHome) {
    const command = stages.map(({ summary }) => commandIn(summary)).findLast((found) => found !== undefined);
    if (command === undefined) breach('the home was not written, and the summary has no command for it');
    else await gh.shell(command, world.githubToken);
    if (!scene.isAtHome) breach('the command did not finish the home');
  }
  const synced = await sync();
  scene.check(synced);
  if (synced.failed) breach(`sync failed: ${synced.said}`);
  if (!scene.isEverywhere) breach('command and sync did not finish the run');
  return 'finished by hand';
}
