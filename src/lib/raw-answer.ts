import { textOf } from './body-text.ts';

/** What the bytes of a connection show of an HTTP answer. */
export interface RawAnswer {
  /** 0 where no status line of a final answer can be found. */
  readonly status: number;
  /** Names in lower case; of a repeated header the last value. */
  readonly headers: Readonly<Record<string, string>>;
  /** Everything behind the head, sizes of chunks included; where no head ends, everything. */
  readonly body: string;
}

const finalStatus = /(?:^|[\r\n])[^\r\n]{0,64}?HTTP\/\d(?:\.\d)?[ \t]+([2-9]\d\d)/i;
const endOfHead = /\r?\n[ \t]*\r?\n|\r\r/;

/**
 * Looks into the bytes of a connection without believing what they say of their own framing: neither lengths nor chunks
 * are read, so none of them can lose what has come. Undefined where nothing has come.
 */
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

/** What is no header is passed over. */
function headersFrom(head: string): Record<string, string> {
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').matchAll(/^([^:\r\n]+):(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name.trim().toLowerCase(), value.trim()]));
}
