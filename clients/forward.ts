import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http';

export type Asked = { method: string; path: string; headers: OutgoingHttpHeaders; body: Buffer };

/** Hands a request on as it is, and the answer back; yields the answer's headers once they are there. */
export function forward(upstream: string, asked: Asked, response: ServerResponse): Promise<IncomingHttpHeaders> {
  const { method, path, headers, body } = asked;
  return new Promise((resolve) => {
    const onward = request(`${upstream}${path}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      resolve(answer.headers);
    });
    // Whoever asked sees a broken connection, as it was.
    onward.on('error', () => response.destroy()).end(body);
  });
}
