import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Wire } from './answer.ts';

/** Written as they are, one after the other; a string as UTF-8. */
export type RawBytes = string | Uint8Array | readonly (string | Uint8Array)[];

/** What becomes of the connection behind the bytes: it serves the next request, is closed, or is reset. */
export type Connection = 'keep' | 'end' | 'reset';

type RawManner = {
  /** Milliseconds between two chunks. */
  pause?: number;
  /** `keep` unless told otherwise. */
  connection?: Connection;
};

/**
 * Exactly these bytes on the socket, without a word of the HTTP server's own. Made from the answer that the server would
 * have sent, complete with `date` and `content-length`, the server acts; given as they are, it acts only with `act`.
 */
export type RawFault = { kind: 'raw' } & RawManner &
  ({ bytes: RawBytes; act?: boolean } | { bytes: (answer: Wire) => RawBytes; act?: true });

export function chunksOf(bytes: RawBytes): Buffer[] {
  const list = typeof bytes === 'string' || bytes instanceof Uint8Array ? [bytes] : bytes;
  return list.map((chunk) => Buffer.from(chunk as Uint8Array));
}

/** Writes in place of a response. Resolves once the last byte left, or once the client is gone. */
export async function writeRaw(response: ServerResponse, bytes: RawBytes, manner: RawManner): Promise<void> {
  const { socket } = response;
  if (!socket) return;
  for (const [index, chunk] of chunksOf(bytes).entries()) {
    if (index > 0 && manner.pause) await sleep(manner.pause);
    if (socket.destroyed) return;
    await new Promise<void>((resolve) => socket.write(chunk, () => resolve()));
  }
  if (manner.connection === 'reset') socket.resetAndDestroy();
  else if (manner.connection === 'end') socket.destroySoon();
  else endUnheard(response, socket);
}

// The HTTP server has to take its response for sent, or it would never read the connection's next request. It offers no
// way to say so but to send one: for that moment the socket is deaf.
function endUnheard(response: ServerResponse, socket: Socket): void {
  const { write } = socket;
  socket.write = (...given: unknown[]): boolean => {
    const done = given.at(-1);
    if (typeof done === 'function') process.nextTick(() => done());
    return true;
  };
  response.once('finish', () => {
    socket.write = write;
    // A connection that a client still listens on is not closed for being idle.
    socket.setTimeout(0);
  });
  response.shouldKeepAlive = true;
  response.writeHead(204).end();
}
