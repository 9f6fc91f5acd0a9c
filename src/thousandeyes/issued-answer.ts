import { StringDecoder } from 'node:string_decoder';
import type { HttpAnswer } from '../lib/http.ts';
import { Secret } from '../lib/secret.ts';
import { momentFrom } from '../lib/text.ts';

/** The longest secret that GitHub takes, in bytes. */
export const longestSecret = 48 * 1024;
const mostCandidates = 100;

/** A new token. */
export interface Issued {
  readonly kind: 'issued';
  readonly token: Secret;
  /** When it expires, in ms since the epoch, where the answer says it. */
  readonly validUntil: number | undefined;
}

/** A 2xx from which no token could be read. */
export interface UnreadableAnswer {
  readonly kind: 'unreadable';
  readonly detail: string;
  /** What it held, as far as a secret can hold it; undefined where no token can be in it. */
  readonly content: Secret | undefined;
}

/**
 * What a 2xx holds, also one that broke off behind the token. A token beside another status is not used, because the old
 * one works, but it is kept, too. Undefined for all else.
 */
export function issuedFrom(answer: HttpAnswer): Issued | UnreadableAnswer | undefined {
  const { status, body, complete } = answer;
  const { bearerToken, validUntil } = fieldsFrom(body);
  const token = typeof bearerToken === 'string' ? bearerToken.trim() : '';
  const isSuccess = status >= 200 && status < 300;
  // Without a status line that could be read, only a token tells that this was a success.
  const isUsable = isSuccess || status === 0;
  if (!isSuccess && token === '') return undefined;
  if (isUsable && token !== '' && Buffer.byteLength(token) <= longestSecret)
    return { kind: 'issued', token: new Secret(token), validUntil: momentFrom(validUntil) };
  const what = !isUsable
    ? 'with a token in it'
    : token !== ''
      ? "with a token of more than 48 KB, which GitHub can't hold"
      : complete
        ? 'without a token in it'
        : 'and broke off before the token was read';
  return { kind: 'unreadable', detail: `ThousandEyes answered ${status} ${what}`, content: contentOf(answer) };
}

/** Whether an answer holds all that is wanted of it, whatever its framing says. */
export function holdsToken({ status, body }: HttpAnswer): boolean {
  if (status < 200 || status >= 300) return false;
  try {
    return typeof (Object(JSON.parse(body)) as { bearerToken?: unknown }).bearerToken === 'string';
  } catch {
    return false;
  }
}

interface Fields {
  readonly bearerToken?: unknown;
  readonly validUntil?: unknown;
}

function fieldsFrom(body: string): Fields {
  try {
    return Object(JSON.parse(body)) as Fields;
  } catch {
    const found = stringsIn(body);
    // Sizes of chunks are left in it where they were wrong, or nothing said that there are any.
    return found.bearerToken === undefined ? stringsIn(body.replace(chunkLine, '')) : found;
  }
}

const chunkLine = /(?:^|\r?\n)(?:0x)?[0-9a-f]+[ \t]*(?:;[^\r\n]*)?\r?\n/gi;

function stringsIn(text: string): Fields {
  return { bearerToken: stringAt('bearerToken', text), validUntil: stringAt('validUntil', text) };
}

/** A whole string behind a name, in JSON that is not whole. What broke off inside the string is no token. */
function stringAt(name: string, text: string): string | undefined {
  const literal = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(text)?.[1];
  if (literal === undefined) return undefined;
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}

/** In what a 2xx held, what may be the token by itself (RFC 6750, `b64token`): for the mask, which must not hide a brace. */
export function tokensIn(content: Secret): Secret[] {
  const runs = content.reveal().match(/[\w.~+/=-]{16,}/g) ?? [];
  return runs.slice(0, mostCandidates).map((run) => new Secret(run));
}

/** As Base64 where it is no text: a secret holds text only. Undefined where nothing in it could be a token. */
function contentOf({ body, bytes }: HttpAnswer): Secret | undefined {
  const isText = bytes === undefined || !body.includes('\uFFFD');
  const text = isText ? body.trim() : bytes.toString('base64');
  // Writes whole characters only.
  const held = new StringDecoder('utf8').write(Buffer.from(text).subarray(0, longestSecret));
  return /\S{8}/.test(held) ? new Secret(held) : undefined;
}
