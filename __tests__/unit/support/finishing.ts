import { park } from '../../../src/rotation/finish/park.ts';
import { type Pending, pendingTarget, sealerFor, untouchedHome } from '../../../src/rotation/finish/pending.ts';
import { nextTo } from '../../../src/rotation/preflight/preflight.ts';
import { fingerprintOf } from '../../../src/rotation/record/record.ts';
import { RecordVariable } from '../../../src/rotation/record/record-variable.ts';
import { credentialOf, readyHome, readyTarget, storedSecret } from './fakes.ts';
import { newToken, rotatedLongAgo, runUrl, type SceneOptions, sceneOf, usualRecord } from './scene.ts';
import { day, now } from './time.ts';

export interface FinishingOptions extends SceneOptions {
  /** The other targets; one that ends in `?` is to be created. */
  readonly others?: readonly string[];
  readonly isParked?: boolean;
  /** Whether the clear token is at hand. */
  readonly hasToken?: boolean;
}

/** The home of {@link finishing}, and `_NEXT` beside it. */
export const home = 'acme/network';
export const beside = 'acme/network as TE_TOKEN_NEXT';

/** A token that was issued a moment ago and is parked, and the scene in which it is to be finished. */
export async function finishing(options: FinishingOptions = {}) {
  const { others = ['acme/edge'], isParked = true, hasToken = true } = options;
  const scene = sceneOf(options);
  const { dependencies, sealer, journal, steps, clock, log, sent, noted, announced, elapsed, cancel } = scene;
  const ready = readyHome(home, rotatedLongAgo);
  const readyOthers = others.map((line) => {
    const target = readyTarget(line.replace('?', ''));
    return line.endsWith('?') ? target : { ...target, secret: storedSecret(rotatedLongAgo) };
  });
  const record = new RecordVariable({ store: ready.target.store, name: 'TE_TOKEN_ROTATION' }, {}, dependencies);
  const pending: Pending = {
    token: fingerprintOf(newToken),
    validUntil: now + 730 * day,
    previousUntil: now + 14 * day,
    previous: usualRecord().token,
    recorded: usualRecord().token,
    home: untouchedHome(pendingTarget(ready, 0, newToken, sealer), rotatedLongAgo.updatedAt),
    others: readyOthers.map((each, index) => pendingTarget(each, index + 1, newToken, sealer)),
    unreachable: [],
    next: { resolved: nextTo(ready), isParked: false, writtenAt: undefined, date: undefined },
    record,
    run: runUrl,
    credential: credentialOf(),
    journal,
    seal: hasToken ? sealerFor(newToken, sealer, dependencies) : undefined,
  };
  if (isParked) {
    await park(pending, dependencies);
    await pending.next.dated;
  }
  const linesBefore = journal.lines.length;
  steps.length = 0;
  /** What was noted in the journal since. */
  const journaled = () => journal.lines.slice(linesBefore).map(({ kind }) => kind);
  return {
    ...{ dependencies, journal, steps, clock, log, sent, noted, announced, elapsed, cancel },
    pending,
    journaled,
  };
}
