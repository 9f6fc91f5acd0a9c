import { durationOf } from './budget.ts';
import { type Asker, problemWithStore } from './github-problems.ts';
import type { Place } from './inspection.ts';
import type { Journal } from './journal.ts';
import type { TargetResult } from './outcome.ts';
import { writesAMinute, writesAnHour } from './pace.ts';
import { Progress } from './progress.ts';
import type { PublicKeys } from './public-keys.ts';
import { type Patience, patience, type RetryPorts } from './retry.ts';
import type { PublicKey, Sealed } from './sealed-box.ts';
import type { Secret } from './secret.ts';
import { bodyOf, type SecretStore } from './secret-store.ts';
import { minuteOf } from './text.ts';

/** More targets than this are counted in the log, not named one by one. */
const linesForTargets = 20;

export interface StoringPorts {
  readonly secrets: Pick<SecretStore, 'write'>;
  readonly keys: Pick<PublicKeys, 'refresh'>;
  readonly seal: (clear: string, key: PublicKey) => Sealed;
  /** Where a value that was sealed anew is noted before it is sent, and a write once it is proven. */
  readonly journal: Pick<Journal, 'note' | 'flush'>;
  readonly asker: Asker;
}

/** A place with the token sealed for it; `number` is its place in the journal. */
export interface SealedPlace {
  readonly place: Place;
  readonly number: number;
  readonly sealed: Sealed;
}

/** What became of a write, and the value that was sent last. */
export interface Stored {
  readonly result: TargetResult;
  readonly latest: SealedPlace;
}

/** The journal's line for a sealed value. */
export function sealedLine({ place, number, sealed }: SealedPlace) {
  return { kind: 'sealed' as const, target: number, body: bodyOf(sealed, place.secret?.access ?? {}) };
}

/** Writes one sealed token. A 422 may mean that the store's key changed: it is read again and the token sealed anew, once. */
export async function store(
  sealedPlace: SealedPlace,
  token: Secret,
  limits: Patience,
  ports: StoringPorts,
): Promise<Stored> {
  const { place } = sealedPlace;
  let latest = sealedPlace;
  let written = await put(latest, limits, ports);
  if ('answer' in written && written.answer.status === 422) {
    const fresh = await ports.keys.refresh(place.target.store, limits);
    if ('found' in fresh) {
      latest = { ...sealedPlace, sealed: ports.seal(token.reveal(), fresh.found) };
      ports.journal.flush(sealedLine(latest));
      written = await put(latest, limits, ports);
    }
  }
  const named = { target: place.target, label: place.label, shown: place.shown, updatedAt: place.secret?.updatedAt };
  if ('status' in written) {
    ports.journal.note({ kind: 'stored', target: sealedPlace.number });
    return { result: { ...named, status: written.status }, latest };
  }
  const problem = problemWithStore(`Writing ${place.shown}`, written.answer, place.target.store, ports.asker);
  return { result: { ...named, status: 'failed', problem }, latest };
}

/**
 * Writes the sealed token to every other place, side by side, and says how far it is.
 *
 * @param earlierWrites what this run wrote before: GitHub's limits count it too
 */
export async function storeAll(
  places: readonly SealedPlace[],
  token: Secret,
  earlierWrites: number,
  ports: StoringPorts & RetryPorts,
): Promise<Stored[]> {
  const duration = durationOf(earlierWrites + places.length);
  if (duration > 0) ports.log.info(paceOf(places.length, ports.clock.now() + duration));
  const progress = new Progress('Stored', places.length, duration, ports);
  return Promise.all(
    places.map(async (place) => {
      const stored = await store(place, token, patience.other, ports);
      const { shown, status } = stored.result;
      if (places.length <= linesForTargets)
        ports.log.info(status === 'failed' ? `Not stored: ${shown}` : `Stored: ${shown}`);
      else progress.step();
      return stored;
    }),
  );
}

function paceOf(count: number, doneAt: number): string {
  return `Storing ${count} targets at the pace that GitHub allows (${writesAMinute} writes a minute, ${writesAnHour} an hour): done by about ${minuteOf(doneAt)}`;
}

function put({ place, sealed }: SealedPlace, limits: Patience, { secrets }: StoringPorts) {
  return secrets.write(place.target, sealed, place.secret?.access ?? {}, limits);
}
