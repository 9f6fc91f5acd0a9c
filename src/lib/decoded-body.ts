import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, constants, inflateRawSync, unzipSync } from 'node:zlib';

/** Answers are short; what is longer is cut, in bytes. A token is at most 48 KB. */
export const longestBody = 2 * 1024 * 1024;

/** What came of a compressed body that broke off is read as well. */
const zlibOptions = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: longestBody };
const brotliOptions = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: longestBody };
/** Bytes of the headers, of gzip's without options. Source: RFC 1952, 2.3, and RFC 1950, 2.2. */
const [gzipHeader, zlibHeader] = [10, 2];
/** Some proxies compress once more what is compressed. */
const mostLayers = 2;

/**
 * The text of a body. Nobody is asked to compress, but what is compressed all the same is read, as far as it came, also
 * where the header that says so is missing or its checksum is wrong; UTF-8, or UTF-16 where it begins like that.
 */
export function decodedBody(body: Buffer, coding: string | undefined): { text: string; complete: boolean } {
  const { bytes, complete } = decompressed(body, coding?.trim().toLowerCase() ?? '', mostLayers);
  return { text: textFrom(bytes), complete };
}

function decompressed(body: Buffer, coding: string, layers: number): { bytes: Buffer; complete: boolean } {
  // Compressed bytes are hardly ever UTF-8: a proxy that unpacked them left the header behind.
  if (layers === 0 || isUtf8(body)) return { bytes: body, complete: true };
  const ways = waysToUnpack(body, coding);
  for (const unpack of ways) {
    try {
      return decompressed(unpack(), '', layers - 1);
    } catch {
      // The next way may do.
    }
  }
  return { bytes: body, complete: ways.length === 0 };
}

function waysToUnpack(body: Buffer, coding: string): readonly (() => Buffer)[] {
  if (coding === 'br') return [() => anything(brotliDecompressSync(body, brotliOptions))];
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const isZlib = body[0] === 0x78 && body.readUInt16BE() % 31 === 0;
  if (!isGzip && !isZlib && coding !== 'deflate') return [];
  const header = isGzip ? gzipHeader : isZlib ? zlibHeader : 0;
  return [() => unzipSync(body, zlibOptions), () => inflated(body.subarray(header))];
}

/** @throws RangeError where that is nothing: to this, other bytes unpack as well */
function anything(bytes: Buffer): Buffer {
  if (bytes.length === 0) throw new RangeError('nothing');
  return bytes;
}

/** @throws Error also where it can be inflated, but to no text: without a header, nearly anything can */
function inflated(deflated: Buffer): Buffer {
  const bytes = inflateRawSync(deflated, zlibOptions);
  if (!isUtf8(bytes)) throw new RangeError('no text');
  return bytes;
}

/** Source for telling UTF-16 by its zeros: RFC 4627, 3. */
function textFrom(bytes: Buffer): string {
  const [first = 1, second = 1] = bytes;
  const text =
    (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
      ? bytes.toString('utf16le')
      : (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
        ? Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
            .swap16()
            .toString('utf16le')
        : bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
