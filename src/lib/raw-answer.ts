import { constants, inflateRawSync } from 'node:zlib';

/** An HTTP answer, what arrived of it. */
export interface RawAnswer {
  /** 0 where no status line of a final answer can be found. */
  readonly status: number;
  /** Names in lower case; of a repeated header the last value. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of raw bytes everything behind the head, sizes of chunks included; where no head ends, everything. */
  readonly body: string;
}

const finalStatus = /(?:^|[\r\n])[^\r\n]{0,64}?HTTP\/\d(?:\.\d)?[ \t]+([2-9]\d\d)/i;
const endOfHead = /\r?\n[ \t]*\r?\n|\r\r/;

/** What has come of an answer, if anything has. Its framing is not believed: no wrong length or chunk can lose a byte. */
export function rawAnswer(bytes: Buffer): RawAnswer | undefined {
  if (bytes.length === 0) return undefined;
  // One character a byte, so that places in the text are places in the bytes.
  const text = bytes.toString('latin1');
  const start = finalStatus.exec(text);
  const headAt = start === null ? 0 : start.index + start[0].length;
  const end = start === null ? null : endOfHead.exec(text.slice(headAt));
  if (end === null) return { status: Number(start?.[1] ?? 0), headers: {}, body: textOf(bytes) };
  const headers = headersFrom(text.slice(headAt, headAt + end.index));
  const body = textOf(bytes.subarray(headAt + end.index + end[0].length), headers['content-encoding']);
  return { status: Number(start?.[1]), headers, body };
}

function headersFrom(head: string): Record<string, string> {
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').matchAll(/^([^:\r\n]+):(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name.trim().toLowerCase(), value.trim()]));
}

/** Answers are short; what is longer is cut, in bytes. A token is at most 48 KB. */
export const longestBody = 2 * 1024 * 1024;

/** Bytes of gzip's header without options. Source: RFC 1952, 2.3. */
const gzipHeader = 10;
/** What came of a compressed body that broke off is read as well. */
const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: longestBody };

/** The text of a body. Nobody is asked to compress, but gzip that a header tells of is undone all the same. */
export function textOf(body: Buffer, coding = ''): string {
  return new TextDecoder().decode(/gzip/i.test(coding) ? unpacked(body) : body);
}

/** A proxy that packs for itself sends chunks. What is no gzip was unpacked on its way. */
function unpacked(body: Buffer): Buffer {
  const packed = isGzip(body) ? body : Buffer.from(withoutChunkLines(body.toString('latin1')), 'latin1');
  try {
    // By the data alone: a wrong checksum, or something behind it, loses nothing.
    return isGzip(packed) ? inflateRawSync(packed.subarray(gzipHeader), options) : body;
  } catch {
    return body;
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The sizes of chunks, also where they are written otherwise. */
const chunkLine = /(?:^|\r?\n)(?:0x)?[0-9a-f]+[ \t]*(?:;[^\r\n]*)?\r?\n/gi;

/** A text without the lines that could be sizes of chunks: they may stand in the middle of a string. */
export function withoutChunkLines(text: string): string {
  return text.replace(chunkLine, '');
}
