import { inspect } from 'node:util';

/** Every clear value that a {@link Secret} was made of: {@link repeatsSecret} looks for them in text from outside. */
const known = new Set<string>();

/**
 * A clear token that can't print itself: as a string, as JSON and under inspection it is `***`. Only
 * {@link Secret.reveal} gives the value, and each call of it is a place to review.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    if (value !== '') known.add(value);
  }

  /** The clear value: for the `add-mask` line, an `Authorization` header, the sealed box and the output `token`. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

/**
 * Whether a value can stand in an `Authorization: Bearer` header: printable ASCII without spaces (RFC 9110, RFC 6750).
 */
export function canStandInHeader(value: string): boolean {
  return /^[\x21-\x7e]+$/.test(value);
}

/** Tokens of GitHub by their prefixes, and ThousandEyes', which are UUIDs. */
const tokenForms = /gh[a-z]_[a-z0-9]{30}|github_pat_\w{30}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

/** Whether a text holds what has the form of a token, though it need not be one that is known. */
export function looksLikeToken(text: string): boolean {
  return tokenForms.test(text);
}

/** A run of so many letters and digits is no coincidence any more. */
const tellingRun = 12;
/** Of values longer than this only every eighth run is looked for: a text that repeats 19 characters is still found. */
const longValue = 2048;

/** By their length, the runs of the known values; the values in `known` up to `indexed` are in it. */
const runs = new Map<number, Set<string>>();
let indexed = 0;

/**
 * Whether a text from outside repeats a known credential or a telling part of it, whatever its case, its punctuation and
 * its blanks are, also in Base64, as it stands in headers: the runner's masks know whole values only, and don't reach the
 * summary file.
 */
export function repeatsSecret(text: string): boolean {
  for (const value of known) if (text.includes(value)) return true;
  for (const value of [...known].slice(indexed)) noteRuns(value);
  indexed = known.size;
  const plain = withoutPunctuation(text);
  for (const [length, set] of runs) {
    for (let at = 0; at + length <= plain.length; at++) if (set.has(plain.slice(at, at + length))) return true;
  }
  return false;
}

function noteRuns(value: string): void {
  for (const form of new Set(formsOf(value).map(withoutPunctuation))) {
    const length = Math.min(form.length, Math.max(6, Math.min(Math.floor(form.length / 2), tellingRun)));
    if (length === 0) continue;
    const set = runs.get(length) ?? new Set();
    runs.set(length, set);
    for (let at = 0; at + length <= form.length; at += form.length > longValue ? 8 : 1)
      set.add(form.slice(at, at + length));
  }
}

function withoutPunctuation(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Base64 depends on the offset at which the value starts, so the part that is the same for each offset is searched. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    return encoded.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? undefined : -1);
  });
  return [value, ...base64];
}
