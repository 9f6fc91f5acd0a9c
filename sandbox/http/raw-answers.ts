import { STATUS_CODES } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Wire } from './answer.ts';
import type { Connection, RawBytes, RawFault } from './raw-exchange.ts';

/** What a line of bytes may look like that no server should send. */
type Shape = {
  version?: string;
  /** Added behind the answer's own headers, as they are. */
  more?: string[];
  /** Headers of the answer that are left out. */
  without?: string[];
  /** In place of the answer's body. */
  body?: Uint8Array;
  /** The end of a line in the head. */
  eol?: string;
};

const CRLF = '\r\n';
const LENGTH = 'content-length';
const CHUNKED = 'transfer-encoding: chunked';
const HEAD_LINES = 300;

/**
 * Odd answers of a server or of a proxy before it, each the server's own answer in other bytes. The answer is whole in
 * every one of them but `lengthTooSmall`, where its last bytes lie beyond the length that is told.
 */
export const rawAnswers = {
  /** `100 Continue`, though nobody expected it, and then the answer. */
  continueFirst: raw((answer) => [`HTTP/1.1 100 Continue${CRLF}${CRLF}`, message(answer)]),
  /** `103 Early Hints` before the answer. */
  earlyHints: raw((answer) => [
    `HTTP/1.1 103 Early Hints${CRLF}link: </style.css>; rel=preload${CRLF}${CRLF}`,
    message(answer),
  ]),
  /** Transfer-Encoding beside Content-Length: the mark of a request smuggler, or of a careless proxy. */
  chunkedBesideLength: raw((answer) => message(answer, { more: [CHUNKED], body: chunked(answer.body) })),
  /** Content-Length twice, equal. */
  lengthTwice: raw((answer) => message(answer, { more: [`${LENGTH}: ${answer.body.length}`] })),
  /** Content-Length twice, unequal; the first is right. */
  lengthsDiffer: raw((answer) => message(answer, { more: [`${LENGTH}: ${answer.body.length + 7}`] })),
  /** A head of 300 KB. */
  hugeHead: raw((answer) => {
    const line = (_: unknown, index: number): string => `x-filler-${index}: ${'x'.repeat(1024)}`;
    return message(answer, { more: Array.from({ length: HEAD_LINES }, line) });
  }),
  /** Line feeds without carriage returns. */
  bareLineFeeds: raw((answer) => message(answer, { eol: '\n' })),
  /** A header that goes on in a second line (obs-fold). */
  foldedHeader: raw((answer) => message(answer, { more: [`x-folded: first${CRLF} second`] })),
  /** A control byte inside a header. */
  controlByte: raw((answer) => message(answer, { more: ['x-odd: a\u0001b'] })),
  /** A line in the head that is no header. */
  headerWithoutColon: raw((answer) => message(answer, { more: ['this is no header'] })),
  /** Something else before the status line. */
  garbageFirst: raw((answer) => [`proxy: upstream recovered${CRLF}`, message(answer)]),
  /** Empty lines before the status line. */
  blankLinesFirst: raw((answer) => [CRLF + CRLF, message(answer)]),
  /** HTTP/1.0 without a length: the end of the connection is the end of the body. */
  oldVersion: raw((answer) => message(answer, { version: '1.0', without: [LENGTH] }), 'end'),
  /** A length that leaves out the last five bytes, which follow all the same. */
  lengthTooSmall: raw((answer) => {
    return message(answer, { without: [LENGTH], more: [`${LENGTH}: ${Math.max(0, answer.body.length - 5)}`] });
  }, 'end'),
  /** A length of seven bytes more than come. */
  lengthTooLarge: raw((answer) => {
    return message(answer, { without: [LENGTH], more: [`${LENGTH}: ${answer.body.length + 7}`] });
  }, 'end'),
  /** Neither a length nor chunks, and the connection stays open: nobody can tell where the body ends. */
  bodyWithoutEnd: raw((answer) => message(answer, { without: [LENGTH] })),
  /** A byte order mark before the JSON. */
  byteOrderMark: raw((answer) => {
    const body = Buffer.concat([Buffer.from('\ufeff'), answer.body]);
    return message(answer, { without: [LENGTH], more: [`${LENGTH}: ${body.length}`], body });
  }),
  /** Chunks whose lines end with line feeds alone. */
  chunkedLineFeeds: raw((answer) => {
    return message(answer, { without: [LENGTH], more: [CHUNKED], body: chunked(answer.body, '\n') });
  }),
  /** Chunks of three bytes, which cut every string. */
  chunkedFinely: raw((answer) => {
    return message(answer, { without: [LENGTH], more: [CHUNKED], body: chunked(answer.body, CRLF, 3) });
  }),
  /** Compressed, though nobody asked for it. */
  gzipUnasked: raw((answer) => {
    const body = gzipSync(answer.body);
    return message(answer, { without: [LENGTH], more: ['content-encoding: gzip', `${LENGTH}: ${body.length}`], body });
  }),
  /** A status line that ends behind the status. */
  noReason: raw((answer) => {
    const [line = '', ...rest] = message(answer).toString('latin1').split(CRLF);
    return Buffer.from([line.slice(0, 'HTTP/1.1 201'.length), ...rest].join(CRLF), 'latin1');
  }),
} satisfies Record<string, RawFault>;

/** The answer as it is, a few bytes at a time. */
export function dripped(size: number, pause: number): RawFault {
  const drops = (answer: Wire): Buffer[] => {
    const all = message(answer);
    return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
      all.subarray(index * size, (index + 1) * size),
    );
  };
  return { kind: 'raw', bytes: drops, pause };
}

/** The bytes of an answer, well formed unless told otherwise. */
export function message(answer: Wire, shape: Shape = {}): Buffer {
  const { version = '1.1', more = [], without = [], body = answer.body, eol = CRLF } = shape;
  const own = Object.entries(answer.headers).filter(([name]) => !without.includes(name));
  const first = `HTTP/${version} ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`;
  const head = [first, ...own.map(([name, value]) => `${name}: ${value}`), ...more, '', ''].join(eol);
  return Buffer.concat([Buffer.from(head), body]);
}

function chunked(body: Buffer, eol = CRLF, size = Math.ceil(body.length / 2)): Buffer {
  const parts = Array.from({ length: Math.ceil(body.length / size) }, (_, at) => {
    return body.subarray(at * size, (at + 1) * size);
  });
  const line = (part: Buffer): Buffer[] => [Buffer.from(part.length.toString(16) + eol), part, Buffer.from(eol)];
  return Buffer.concat([...parts.flatMap(line), Buffer.from(`0${eol}${eol}`)]);
}

function raw(bytes: (answer: Wire) => RawBytes, connection: Connection = 'keep'): RawFault {
  return { kind: 'raw', bytes, connection };
}
