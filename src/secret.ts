import { inspect } from 'node:util';

/** Every clear value that a {@link Secret} was made of, with its encodings: {@link redact} takes them out of text from outside. */
const known = new Map<string, readonly string[]>();

/**
 * A clear token that can't print itself: as a string, as JSON and under inspection it is `***`. Only
 * {@link Secret.reveal} gives the value, and each call of it is a place to review.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    known.set(value, formsOf(value));
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

/**
 * Replaces every known token in a text from outside, also where it stands in base64, base64url, hex, JSON or URL
 * encoding. The runner's masks don't cover hex and base64url, and don't reach the summary file.
 */
export function redact(text: string): string {
  let clean = text;
  // The longest first: of a token that begins with another known one, nothing is left.
  for (const [, forms] of [...known].sort(([a], [b]) => b.length - a.length)) {
    for (const form of forms) clean = clean.replaceAll(form, '***');
  }
  return clean;
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
  const base64url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = bytes.toString('hex');
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64url,
  ].filter((form) => form !== '');
}
