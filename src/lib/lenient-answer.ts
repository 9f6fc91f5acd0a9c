import { decodedBody } from './decoded-body.ts';
import type { HttpAnswer } from './http.ts';

/** An HTTP answer as far as it can be made out of the bytes of a connection. */
export interface LenientAnswer extends HttpAnswer {
  /** Whether its own framing says that nothing more comes. */
  readonly isWhole: boolean;
}

const finalStatus = /(?:^|[\r\n])[^\r\n]{0,64}?HTTP\/\d(?:\.\d)?[ \t]+([2-9]\d\d)/i;
const endOfHead = /\r?\n[ \t]*\r?\n|\r\r/;

/**
 * Reads an answer that a strict parser refuses: with informational answers in front, bare line feeds, folded or broken
 * header lines, a head of any size, lengths that contradict each other or the chunks, compressed unasked. Undefined as
 * long as no whole head has arrived.
 *
 * @param ended whether the connection is over
 */
export function lenientAnswer(bytes: Buffer, ended: boolean): LenientAnswer | undefined {
  // One character a byte, so that places in the text are places in the bytes.
  const text = bytes.toString('latin1');
  const start = finalStatus.exec(text);
  const statusLine = start === null ? -1 : start.index + start[0].length;
  const end = start === null ? null : endOfHead.exec(text.slice(statusLine));
  if (start === null || end === null) return ended ? withoutHead(bytes, start?.[1]) : undefined;
  const bodyAt = statusLine + end.index + end[0].length;
  const headers = headersFrom(text.slice(statusLine, statusLine + end.index));
  const { body, isWhole } = unframed(bytes.subarray(bodyAt), headers, ended);
  const decoded = decodedBody(body, headers['content-encoding']);
  return {
    status: Number(start[1]),
    headers,
    body: decoded.text,
    complete: isWhole && decoded.complete,
    isWhole,
    bytes: body,
  };
}

/** What came without a head is all body: a token may still stand in it. */
function withoutHead(bytes: Buffer, status: string | undefined): LenientAnswer | undefined {
  if (bytes.length === 0) return undefined;
  const { text } = decodedBody(bytes, undefined);
  return { status: Number(status ?? 0), headers: {}, body: text, complete: false, isWhole: false, bytes };
}

/** Names in lower case; of a repeated header the last value. What is no header is passed over. */
function headersFrom(head: string): Record<string, string> {
  const unfolded = head.replace(/\r?\n[ \t]+/g, ' ');
  const headers: Record<string, string> = {};
  for (const line of unfolded.split(/[\r\n]+/)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    headers[line.slice(0, colon).trim().toLowerCase()] = line
      .slice(colon + 1)
      .replace(/\p{Cc}/gu, ' ')
      .trim();
  }
  return headers;
}

function unframed(
  rest: Buffer,
  headers: Readonly<Record<string, string>>,
  ended: boolean,
): { body: Buffer; isWhole: boolean } {
  if (/chunked/i.test(headers['transfer-encoding'] ?? '')) {
    const chunked = unchunked(rest);
    if (chunked !== undefined) return chunked;
  }
  const said = headers['content-length'] ?? '';
  // Longer than it says: the length is what is wrong, and nothing that arrived is thrown away.
  return { body: rest, isWhole: /^\d+$/.test(said) ? rest.length >= Number(said) : ended };
}

const chunkLine = /^[\r\n]*([0-9a-f]+)[ \t]*(?:;[^\r\n]*)?\r?\n/i;
/** The beginning of such a line. */
const begunChunkLine = /^[\r\n]*[0-9a-f]*[ \t]*(?:;[^\r\n]*)?\r?$/i;
const longestChunkLine = 4096;

/** Undefined where these are no chunks, or their sizes are wrong: then all of it counts as it came. */
function unchunked(rest: Buffer): { body: Buffer; isWhole: boolean } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const next = rest.subarray(at, at + longestChunkLine).toString('latin1');
    const line = chunkLine.exec(next);
    if (line?.[1] === undefined)
      return next.length < longestChunkLine && begunChunkLine.test(next)
        ? { body: Buffer.concat(parts), isWhole: false }
        : undefined;
    at += line[0].length;
    const size = Number.parseInt(line[1], 16);
    if (size === 0)
      return parts.length === 0 && /\S/.test(rest.toString('latin1', at))
        ? undefined
        : { body: Buffer.concat(parts), isWhole: true };
    parts.push(rest.subarray(at, at + size));
    at += size;
  }
}
