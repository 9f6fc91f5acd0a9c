import { getEventListeners, once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { FakeClock } from '../unit/support/fake-clock.ts';
import { serve, speak } from './support/loopback.ts';
import { failure, get, sender } from './support/sending.ts';

test('an answer that lies in the socket when the time is over is an answer: the process may have been stopped', async () => {
  const clock = new FakeClock({ auto: false });
  const url = await speak((socket) => {
    // When this has left, nothing of it was read yet, because the event loop has not turned.
    socket.write('HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok', () => clock.advance(15_000));
  });
  expect(await get(url, { timeout: 15_000 }, sender(clock))).toMatchObject({ status: 201, body: 'ok' });
});

describe('a cancel', () => {
  test('before: nothing is sent', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.end();
    });
    const send = sender();
    expect(await failure(get(url, { signal: AbortSignal.abort() }, send))).toMatchObject({ message: 'cancelled' });
    expect((await get(url, {}, send)).status).toBe(200);
    expect(requests).toBe(1);
  });

  test('while it connects: nothing is sent', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.end();
    });
    const controller = new AbortController();
    const pending = failure(get(url, { signal: controller.signal }));
    // The request is under way by now, but no connection can be there before the next turn of the event loop.
    for (let tick = 0; tick < 10; tick++) await null;
    controller.abort();
    expect(await pending).toMatchObject({ message: 'cancelled' });
    expect((await get(url)).status).toBe(200);
    expect(requests).toBe(1);
  });

  test('during: it may have been sent, and the connection is closed', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    const url = await serve(({ socket }) => {
      closed = once(socket, 'close');
      controller.abort();
    });
    expect(await failure(get(url, { signal: controller.signal }))).toMatchObject({ message: 'cancelled', sent: true });
    expect(closed).toBeDefined();
    await closed;
  });

  test('afterwards nothing listens any more, and no timer runs', async () => {
    const controller = new AbortController();
    const timers: (AbortSignal | undefined)[] = [];
    const clock: Clock = {
      ...systemClock,
      sleep: (ms, signal) => {
        timers.push(signal);
        return systemClock.sleep(ms, signal);
      },
    };
    const url = await serve((_, response) => response.end());
    await get(url, { signal: controller.signal }, sender(clock));
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(timers.map((signal) => signal?.aborted)).toEqual([true]);
    controller.abort();
    expect((await get(url)).status).toBe(200);
  });
});
