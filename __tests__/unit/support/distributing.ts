import type { SecretBody } from '../../../src/github/secrets.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { type Distribution, type SealedTarget, storeHome, storeOthers } from '../../../src/rotation/distribute.ts';
import type { ReadyTarget } from '../../../src/rotation/ready-target.ts';
import { credentialOf } from './fakes.ts';
import { type SceneOptions, sceneOf } from './scene.ts';

const token = new Secret('te-of-storing');

/** A target that is sealed for a key that was read earlier. */
export const sealedEarlier = (ready: ReadyTarget, number = 0): SealedTarget => ({
  ready,
  number,
  sealed: { keyId: 'old', value: 'first' },
});

/** The writing of sealed tokens in a scene, with what the journal notes among the steps, and all pauses of the home. */
export function distributing(options: SceneOptions = {}) {
  const scene = sceneOf(options);
  const { dependencies, journal, sealer, steps } = scene;
  const distribution: Distribution = {
    token,
    sealer,
    journal: {
      note: (...lines) => {
        steps.push(...lines.map(({ kind }) => `note ${kind}`));
        return journal.note(...lines);
      },
    },
    credential: credentialOf(),
  };
  const pauses: [number, SecretBody][] = [];
  return {
    scene,
    distribution,
    pauses,
    home: (one: SealedTarget) => storeHome(one, distribution, dependencies, (ms, body) => void pauses.push([ms, body])),
    others: (targets: readonly SealedTarget[], earlierWrites = 0) =>
      storeOthers(targets, earlierWrites, distribution, dependencies),
    /** One target that is not the home. */
    other: async (one: SealedTarget) => {
      const [stored] = await storeOthers([one], 0, distribution, dependencies);
      if (stored === undefined) throw new Error('nothing came of it');
      return stored;
    },
  };
}
