import { channel } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';

/**
 * Preloaded into the action, it measures what can be seen only from inside: the time from the bytes that hold the token to
 * the end of the journal's write that follows them, and the greatest resident size.
 */
const out = process.env.BENCH_PROBE ?? '';
let answeredAt: number | undefined;
let window: number | undefined;

// The token is asked for over a connection of its own; the request is the first thing that is written to it.
channel('net.client.socket').subscribe((message) => {
  const { socket } = message as { socket: Socket };
  // Not before: while it connects, Node puts its own `write` back.
  socket.once('connect', () => {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = (head: unknown, ...rest: unknown[]): boolean => {
      socket.write = write;
      if (/^POST \S+\/api-tokens /.test(String(head))) socket.prependListener('data', note);
      return write(head, ...rest);
    };
  });
});

function note(chunk: Buffer): void {
  if (chunk.includes('"bearerToken"')) answeredAt = performance.now();
}

const { writeSync } = fs;
fs.writeSync = ((...args: Parameters<typeof writeSync>) => {
  const written = writeSync(...args);
  if (answeredAt !== undefined) window ??= performance.now() - answeredAt;
  return written;
}) as typeof writeSync;
syncBuiltinESMExports();

process.on('exit', () => {
  fs.writeFileSync(out, JSON.stringify({ window, maxRss: process.resourceUsage().maxRSS * 1024 }));
});
