import { constants, inflateRawSync } from 'node:zlib';

/** Answers are short; what is longer is cut, in bytes. A token is at most 48 KB. */
export const longestBody = 2 * 1024 * 1024;

/** Bytes of gzip's header without options. Source: RFC 1952, 2.3. */
const gzipHeader = 10;
/** What came of a compressed body that broke off is read as well. */
const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: longestBody };

/** The text of a body, in UTF-8. Nobody is asked to compress, but gzip that a header tells of is undone all the same. */
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
