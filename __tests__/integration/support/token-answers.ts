import { gzipSync } from 'node:zlib';

export const token = 'te-raw-0123456789';
export const validUntil = Date.UTC(2028, 10, 23, 19);
export const json = JSON.stringify({ validUntil: '2028-11-23T19:00:00Z', bearerToken: token, filler: 'x'.repeat(40) });
/** Cut inside the token. */
export const [head, tail] = [json.slice(0, 60), json.slice(60)];
export const created = 'HTTP/1.1 201 Created\r\n';
export const withLength = (length: number | string = json.length) => `${created}Content-Length: ${length}\r\n\r\n`;
export const chunked = `${created}Transfer-Encoding: chunked\r\n\r\n`;
export const chunk = (text: string, size = text.length) => `${size.toString(16)}\r\n${text}\r\n`;

/** Answers that hold the token and its date, in parts of which each is sent as soon as the one before was read. */
export const answers: Record<string, readonly (string | Buffer)[]> = {
  'as it should be': [withLength() + json],
  'an unsolicited 100 Continue in front': [`HTTP/1.1 100 Continue\r\n\r\n${withLength()}${json}`],
  'a 100 Continue with a length of its own': ['HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\n', withLength(), json],
  'Transfer-Encoding beside Content-Length': [
    `${created}Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(head)}${chunk(tail)}0\r\n\r\n`,
  ],
  'two equal Content-Lengths': [
    `${created}Content-Length: ${json.length}\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
  ],
  'two different Content-Lengths, the body later': [
    `${created}Content-Length: ${json.length}\r\nContent-Length: 5\r\n\r\n${head}`,
    tail,
  ],
  'a head of 300 KB': [`${created}X-Much: ${'x'.repeat(300_000)}\r\nContent-Length: ${json.length}\r\n\r\n${json}`],
  'a thousand headers': [`${created}${'X-Many: x\r\n'.repeat(3000)}Content-Length: ${json.length}\r\n\r\n${json}`],
  'bare line feeds': [(withLength() + json).replaceAll('\r', '')],
  'bare carriage returns': [`${withLength().replaceAll('\n', '')}${json}`],
  'a control byte in a header': [`${created}X-Bad: a\0b\u0007\r\nContent-Length: ${json.length}\r\n\r\n${json}`],
  'a folded header': [`${created}X-Fold: a\r\n\tb\r\nContent-Length:\r\n ${json.length}\r\n\r\n${json}`],
  'a blank before a colon': [`${created}Content-Length : ${json.length}\r\n\r\n${json}`],
  'garbage before the status line': [`\u0015\u0003junk\r\n${withLength()}${json}`],
  'garbage in the status line': [`junk${withLength()}${json}`],
  'more garbage than is looked through': ['x'.repeat(500) + withLength() + json],
  'no reason in the status line': [`HTTP/1.1 201\r\nContent-Length: ${json.length}\r\n\r\n${json}`],
  'HTTP/1.0': [`HTTP/1.0 201 Created\r\n\r\n${json}`],
  'another version of HTTP': [`HTTP/3 201\r\n\r\n${json}`],
  'no status line at all': [json],
  'no empty line behind the head': [`${created}X-A: b\r\n${json}`],
  'a line of blanks inside the head': [
    `${created}X-A: b\r\n \r\nTransfer-Encoding: chunked\r\n\r\n${chunk(head)}${chunk(tail)}0\r\n\r\n`,
  ],
  'another answer in front, of a proxy': [`HTTP/1.1 200 Connection established\r\n\r\n${withLength()}${json}`],
  'nothing but a 101': [`HTTP/1.1 101 Switching\r\n\r\n${json}`],
  'a 204 that has a body': [`HTTP/1.1 204 No Content\r\n\r\n${json}`],
  'chunks of line feeds only': [(chunked + chunk(head) + chunk(tail)).replaceAll('\r', '') + '0\n\n'],
  'chunks byte by byte': [chunked + [...json].map((byte) => chunk(byte)).join('') + '0\r\n\r\n'],
  'a chunk whose size is too small': [`${chunked}${chunk(head, 9)}${chunk(tail)}0\r\n\r\n`],
  'a chunk whose size is too large': [`${chunked}${chunk(head, 9999)}${chunk(tail)}0\r\n\r\n`],
  'chunks that nothing tells of': [`${created}\r\n${chunk(head)}${chunk(tail)}0\r\n\r\n`],
  'chunks whose sizes are written otherwise': [`${chunked}0x${chunk(head)}0x${chunk(tail)}0x0\r\n\r\n`],
  'no chunks, although it says so': [chunked, head, tail],
  'the last chunk first': [`${chunked}0\r\n\r\n`, json],
  'a last chunk that never comes': [`${chunked}${chunk(head)}${chunk(tail)}`],
  'a length that is too small, the rest later': [withLength(5) + head, tail],
  'a length of nothing, the body later': [withLength(0), json],
  'an empty length, the body later': [withLength(''), json],
  'a negative length, the body later': [withLength(-1), json],
  'a length that is too large': [withLength(9999) + json],
  'a body that breaks off behind the token': [withLength() + json.slice(0, -9)],
  'JSON with a comma too many': [withLength() + json.replace('}', ',}')],
  'JSON behind a guard': [`${created}\r\n)]}',\n${json}`],
  'gzip that nobody asked for': [`${created}Content-Encoding: gzip\r\n\r\n`, gzipSync(json)],
  'gzip that nobody asked for, in chunks': [
    `${created}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n`,
    Buffer.concat([
      Buffer.from(`${gzipSync(json).length.toString(16)}\r\n`),
      gzipSync(json),
      Buffer.from('\r\n0\r\n\r\n'),
    ]),
  ],
  'a header that says gzip where it is unpacked': [`${created}Content-Encoding: gzip\r\n\r\n${json}`],
  'a byte that is no UTF-8': [`${created}\r\n${json.replace('xxx', 'x\u00e4x')}`],
};
