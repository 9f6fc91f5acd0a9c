import { createHash } from 'node:crypto';
import { failed, ok, type Result } from '../../lib/result.ts';
import type { Secret } from '../../lib/secret.ts';
import { isoOf, momentFrom } from '../../lib/text.ts';
import { lineOf, type Target } from '../../targets/target.ts';
import { runUrlFrom } from './next.ts';

/**
 * What lasts beside the home between two runs: which token is in place, and which targets hold it. Tokens by their
 * fingerprints, targets by their ids; moments in ms since the epoch, by the servers' clocks.
 */
export interface RotationRecord {
  /** The token that is in place. */
  readonly token: string;
  /** When that was noted. */
  readonly since: number;
  readonly validUntil: number | undefined;
  /** The token before it, where one is known. */
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
  const reader = new Reader(fields);
  const since = reader.moment('since');
  const record = {
    token: reader.fingerprint('token') ?? '',
    since: since ?? 0,
    validUntil: reader.moment('validUntil'),
    previous: reader.fingerprint('previous'),
    previousUntil: reader.moment('previousUntil'),
    home: reader.moment('home') ?? null,
    run: runUrlFrom(fields.run),
    targets: reader.ids('targets'),
    behind: reader.ids('behind'),
  };
  if (since === undefined) reader.wrong.push('since');
  const [wrong] = reader.wrong;
  return wrong === undefined ? ok(record) : failed(`its field \`${wrong}\` is not what it should be`);
}

function fieldsFrom(text: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null && !Array.isArray(data)
      ? (data as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reads fields that may be left out or null, and collects the names of those that are wrong. */
class Reader {
  readonly wrong: string[] = [];
  readonly #fields: Record<string, unknown>;

  constructor(fields: Record<string, unknown>) {
    this.#fields = fields;
  }

  moment(name: string): number | undefined {
    return this.#read(name, momentFrom);
  }

  fingerprint(name: string): string | undefined {
    return this.#read(name, (value) => textLike(value, /^sha256:[0-9a-f]{16}$/));
  }

  ids(name: string): readonly string[] {
    const found = this.#read(name, (value) => {
      const ids = Array.isArray(value) ? value.map((each) => textLike(each, /^[0-9a-f]{12}$/)) : [undefined];
      return ids.every((id) => id !== undefined) ? ids : undefined;
    });
    return found ?? [];
  }

  #read<Value>(name: string, read: (value: unknown) => Value | undefined): Value | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null) return undefined;
    const found = read(value);
    if (found === undefined) this.wrong.push(name);
    return found;
  }
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
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
