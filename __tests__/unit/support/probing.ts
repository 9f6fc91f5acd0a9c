import { WriteProbe } from '../../../src/rotation/probe-writes.ts';
import type { ReadyTarget } from '../../../src/rotation/ready-target.ts';
import { credentialOf, readyHome } from './fakes.ts';
import { type SceneOptions, sceneOf } from './scene.ts';

/** The write tests of these targets in a scene, not begun yet. */
export function probeOf(targets: readonly ReadyTarget[], options: SceneOptions = {}) {
  const scene = sceneOf(options);
  const context = { sealer: scene.sealer, credential: credentialOf(), journal: scene.journal };
  const { journal, steps, sent, clock, elapsed, dependencies } = scene;
  const probe = new WriteProbe(targets, context, dependencies);
  return { probe, journal, steps, sent, clock, elapsed, dependencies };
}

/** The write tests of targets whose secrets exist, from the first write to the last delete. */
export async function prove(lines: readonly string[], options: SceneOptions = {}) {
  const { probe, ...scene } = probeOf(
    lines.map((line) => readyHome(line)),
    options,
  );
  const result = await probe.run();
  const left = await probe.cleanUp();
  return { ...result, left, noted: scene.journal.lines, steps: scene.steps, sent: scene.sent };
}
