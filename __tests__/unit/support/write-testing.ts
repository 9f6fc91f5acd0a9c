import type { ReadyTarget } from '../../../src/rotation/preflight/preflight-target.ts';
import { WriteTests } from '../../../src/rotation/preflight/write-tests.ts';
import { credentialOf, readyHome } from './fakes.ts';
import { type SceneOptions, sceneOf } from './scene.ts';

/** The write tests of these sites in a scene, not begun yet. */
export function testsOf(sites: readonly ReadyTarget[], options: SceneOptions = {}) {
  const scene = sceneOf(options);
  const context = { sealer: scene.sealer, credential: credentialOf(), journal: scene.journal };
  const { journal, steps, sent, clock, cancel, elapsed, dependencies } = scene;
  const tests = new WriteTests(sites, context, dependencies);
  return { tests, journal, steps, sent, clock, cancel, elapsed, dependencies };
}

/** The write tests at sites whose secrets exist, from the first write to the last delete. */
export async function prove(lines: readonly string[], options: SceneOptions = {}) {
  const { tests, ...scene } = testsOf(
    lines.map((line) => readyHome(line)),
    options,
  );
  const result = await tests.run();
  const left = await tests.cleanUp();
  return { ...result, left, noted: scene.journal.lines, steps: scene.steps, sent: scene.sent };
}
