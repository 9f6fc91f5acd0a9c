import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach } from '@jest/globals';

const open: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.splice(0)) server.close();
});

/** Has a server listen on loopback until the test is over, and answers with its port. */
export async function listening(server: Server): Promise<number> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return (server.address() as AddressInfo).port;
}

/** An HTTP server, by its address. */
export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(listener))}`;
}

/** A server that speaks raw bytes as soon as something has come, by its address. */
export async function speak(onData: (socket: Socket, data: Buffer) => void): Promise<string> {
  const server = createTcpServer((socket) => void socket.once('data', (data) => onData(socket, data)));
  return `http://127.0.0.1:${await listening(server)}`;
}

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
  const server = createTcpServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/** Lets the event loop turn until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}
