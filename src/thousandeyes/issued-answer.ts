import { second } from '../lib/clock.ts';
import { type RawAnswer, withoutChunkLines } from '../lib/raw-answer.ts';
import { Secret } from '../lib/secret.ts';
import { jsonFrom, momentFrom } from '../lib/text.ts';

/** The longest secret that GitHub takes, in bytes. */
export const longestSecret = 48 * 1024;
/** A server that closes, as it was asked to, is not waited for. In ms. */
const silenceOfRefusal = 5 * second;
/** In which the date may still come, in ms. */
const silenceBehindToken = second;

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
}

/** What a 2xx holds, also a broken one; else undefined. A token beside another status is not used: the old one works. */
export function issuedFrom({ status, body }: RawAnswer): Issued | UnreadableAnswer | undefined {
  const { token, validUntil } = fieldsFrom(body);
  // Without a status line that could be read, only a token tells that this was a success.
  const isUsable = isSuccess(status) || status === 0;
  if (!isSuccess(status) && token === undefined) return undefined;
  if (isUsable && token !== undefined && Buffer.byteLength(token) <= longestSecret)
    return { kind: 'issued', token: new Secret(token), validUntil: momentFrom(validUntil) };
  const what = !isUsable
    ? 'with a token in it'
    : token !== undefined
      ? "with a token of more than 48 KB, which GitHub can't hold"
      : 'without a token that can be read';
  return { kind: 'unreadable', detail: `ThousandEyes answered ${status} ${what}` };
}

/** How long a silence ends an answer to the request for a token, in ms: never where the token may still come. */
export function patienceFor({ status, body }: RawAnswer): number {
  if (status >= 400 && status < 500) return silenceOfRefusal;
  const { token, validUntil } = fieldsFrom(body);
  if (token === undefined || !(isSuccess(status) || status === 0)) return Number.POSITIVE_INFINITY;
  return validUntil === undefined ? silenceBehindToken : 0;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

interface Fields {
  readonly token: string | undefined;
  readonly validUntil: string | undefined;
}

/** Looked for in the text as it has come: it may be no whole JSON, with the sizes of chunks in the middle of a string. */
function fieldsFrom(body: string): Fields {
  const found = (name: string) => stringAt(name, body) ?? stringAt(name, withoutChunkLines(body));
  return { token: found('bearerToken')?.trim() || undefined, validUntil: found('validUntil') };
}

/** A whole string behind a name. What broke off inside the string is no token. */
function stringAt(name: string, text: string): string | undefined {
  const [, literal = ''] = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(text) ?? [];
  return jsonFrom(literal) as string | undefined;
}
