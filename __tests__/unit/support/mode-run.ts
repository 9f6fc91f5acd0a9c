import { messageOf } from '../../../src/lib/problem.ts';
import { failed, ok } from '../../../src/lib/result.ts';
import type { Dependencies } from '../../../src/rotation/dependencies.ts';
import type { RunRequest } from '../../../src/rotation/request.ts';
import { requestFor, type SceneOptions, sceneOf } from './scene.ts';

/** What a test puts in the place of a scene's dependencies; it may also change the scene itself. */
export type Change = (scene: ReturnType<typeof sceneOf>) => Partial<Dependencies>;

export interface ModeOptions {
  /** The targets, the home first. */
  readonly lines?: readonly string[];
  readonly request?: Partial<RunRequest>;
  readonly change?: Change;
}

/** A mode's run, with the journal's lines among the steps; what it threw is kept. */
export async function runMode(
  mode: (request: RunRequest, dependencies: Dependencies) => Promise<void>,
  options: SceneOptions = {},
  { lines = ['acme/network', 'acme/edge'], request, change }: ModeOptions = {},
) {
  const scene = sceneOf(options);
  const { steps, journal, dependencies } = scene;
  const traced: Dependencies['createJournal'] = (header) => {
    const created = dependencies.createJournal(header);
    if (!created.ok) return created;
    return ok({
      note: (...noted) => {
        steps.push(...noted.map((line) => `note ${line.kind}${'target' in line ? ` ${line.target}` : ''}`));
        return journal.note(...noted);
      },
      claim: () => steps.push('claim') > 0 && journal.claim(),
      finish: () => {
        steps.push('finish');
        journal.finish();
      },
    });
  };
  const all = { ...dependencies, createJournal: traced, ...change?.(scene) };
  const thrown = await mode(requestFor(lines, request), all).then(
    () => undefined,
    (error: unknown) => error,
  );
  const { sent, log, clock, announced, outcomes, elapsed, noted } = scene;
  return {
    ...{ steps, journal, sent, log, clock, announced, outcomes, elapsed, noted, thrown },
    outcome: scene.outcomes[0],
    problems: scene.outcomes.flatMap((each) => each.problems.map(messageOf)),
  };
}

/** A sealer that can't seal this value, for any key or for the one of this id. */
export function cannotSeal(value: string, keyId?: string): Change {
  return ({ sealer }) => ({
    loadSealer: async () =>
      ok({
        seal: (clear, key) =>
          clear === value && (keyId === undefined || key.keyId === keyId)
            ? failed('a public key that nothing can be sealed for')
            : sealer.seal(clear, key),
      }),
  });
}
