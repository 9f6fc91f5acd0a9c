import { createHash } from 'node:crypto';
import { failed, ok, type Result } from '../../lib/result.ts';
import type { Secret } from '../../lib/secret.ts';
import { isoOf, jsonFrom, momentFrom } from '../../lib/text.ts';
import { lineOf, type Target } from '../../targets/target.ts';
import { runUrlFrom } from './next.ts';

/**
 * What lasts beside the home between two runs: which token is in place, and which targets hold it. Tokens by their
 * fingerprints, targets by their ids; moments in ms since the epoch, by the servers' clocks.
 */
export interface RotationRecord {
  readonly token: string;
  /** When that was noted. */
  readonly since: number;
  readonly validUntil: number | undefined;
  readonly previous: string | undefined;
  /** The latest moment at which that one can still work; undefined where nothing tells. */
  readonly previousUntil: number | undefined;
  /** The date that GitHub showed for the home then; null where it was not read or not confirmed. */
  readonly home: number | null;
  /** The page of the run that noted it, for people. */
  readonly run: string | undefined;
  /** Targets that are known to hold the token. */
  readonly targets: readonly string[];
  /** Targets that it was meant for and did not reach. */
  readonly behind: readonly string[];
}

/** The version that is written; a later one is of a later release. */
const version = 1;

/** What a rehearsal creates where there is no record yet: it proves that one can be written. */
export const emptyRecord = JSON.stringify({ v: version });

/** The record as one line of JSON. What is not known is left out, but for `home`. */
export function recordText(record: RotationRecord): string {
  const date = (moment: number | undefined) => (moment === undefined ? undefined : isoOf(moment));
  return JSON.stringify({
    v: version,
    token: record.token,
    since: date(record.since),
    validUntil: date(record.validUntil),
    previous: record.previous,
    previousUntil: date(record.previousUntil),
    home: record.home === null ? null : isoOf(record.home),
    run: record.run,
    targets: record.targets,
    behind: record.behind,
  });
}

/** The record in a variable's value; undefined where it names no token yet. Fails with what is wrong, for a person. */
export function recordFrom(text: string): Result<RotationRecord | undefined, string> {
  const fields = fieldsFrom(text);
  if (fields === undefined) return failed('its value is no JSON object');
  if (typeof fields.v !== 'number') return failed('its value has no version `v`');
  if (fields.v > version) return failed(`its version is ${fields.v}, and this release of the action knows ${version}`);
  if (fields.token === undefined || fields.token === null) return ok(undefined);
  const wrong: string[] = [];
  const read = <Value>(name: string, parse: (value: unknown) => Value | undefined): Value | undefined => {
    const value = fields[name];
    if (value === undefined || value === null) return undefined;
    const found = parse(value);
    if (found === undefined) wrong.push(name);
    return found;
  };
  const [token, since] = [read('token', fingerprintFrom), read('since', momentFrom)];
  const others = {
    validUntil: read('validUntil', momentFrom),
    previous: read('previous', fingerprintFrom),
    previousUntil: read('previousUntil', momentFrom),
    home: read('home', momentFrom) ?? null,
    run: runUrlFrom(fields.run),
    targets: read('targets', idsFrom) ?? [],
    behind: read('behind', idsFrom) ?? [],
  };
  if (wrong.length > 0 || token === undefined || since === undefined)
    return failed(`its field \`${wrong[0] ?? 'since'}\` is not what it should be`);
  return ok({ token, since, ...others });
}

function fieldsFrom(text: string): Record<string, unknown> | undefined {
  const data = jsonFrom(text);
  return data instanceof Object && !Array.isArray(data) ? (data as Record<string, unknown>) : undefined;
}

function fingerprintFrom(value: unknown): string | undefined {
  return textLike(value, /^sha256:[0-9a-f]{16}$/);
}

function idsFrom(value: unknown): readonly string[] | undefined {
  const ids = Array.isArray(value) ? value.map((each) => textLike(each, /^[0-9a-f]{12}$/)) : [undefined];
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

function textLike(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/**
 * What the record keeps of a token: `sha256:` and the first 16 hex digits of the SHA-256 of its UTF-8, so that anyone can
 * compare. 64 bits of the hash of 122 random bits tell nothing of the token.
 */
export function fingerprintOf(token: Secret): string {
  return `sha256:${hashOf(token.reveal()).slice(0, 16)}`;
}

/** What the record keeps of a target: the first 12 hex digits of the SHA-256 of its full line, ` as NAME` included, in lower case. */
export function targetIdOf({ store, secret }: Target): string {
  return hashOf(`${lineOf(store)} as ${secret}`.toLowerCase()).slice(0, 12);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether a target is known to hold the token. One that was deleted since holds nothing, whatever the record says. */
export function isHeld(
  record: RotationRecord | undefined,
  { target, secret }: { readonly target: Target; readonly secret: unknown },
): boolean {
  return secret !== undefined && record?.targets.includes(targetIdOf(target)) === true;
}
