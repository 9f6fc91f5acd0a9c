import { connect, type Socket } from 'node:net';
import type { SandboxServer } from '../../../sandbox/http/server.ts';

/** A connection whose bytes are seen as they are. */
export class RawClient {
  /** Everything that came, a character for each byte. */
  received = '';
  readonly chunks: string[] = [];
  /** How the server ended it, once it did. */
  readonly ended: Promise<'closed' | 'reset'>;
  readonly #socket: Socket;
  #look: () => void = () => undefined;

  constructor(server: SandboxServer) {
    this.#socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    this.#socket.setEncoding('latin1').on('data', (chunk: string) => {
      this.received += chunk;
      this.chunks.push(chunk);
      this.#look();
    });
    this.ended = new Promise((resolve) => {
      this.#socket.once('error', () => resolve('reset')).once('close', () => resolve('closed'));
    });
  }

  send(method: string, path: string, token: string): void {
    this.#socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  }

  /** Resolves once so many of these have come. */
  until(text: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.received.split(text).length > times) resolve();
      };
      this.#look();
    });
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
