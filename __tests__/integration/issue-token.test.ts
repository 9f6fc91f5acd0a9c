import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { createConnector } from '../../src/lib/connector.ts';
import type { Exchange } from '../../src/lib/raw-exchange.ts';
import { createRawExchanges } from '../../src/lib/raw-exchange.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createThousandEyes, type Regeneration } from '../../src/thousandeyes/client.ts';
import { beginAsking } from '../unit/support/asking.ts';
import { minute, second } from '../unit/support/time.ts';
import { speak, until } from './support/loopback.ts';

const json = '{"bearerToken":"te-over-sockets-0123456789","validUntil":"2028-11-23T19:00:00Z"}';
const created = `HTTP/1.1 201 Created\r\nContent-Length: ${json.length}\r\n\r\n`;
const refused = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';

/** Asks over real connections; time passes by hand only. */
async function asking() {
  const sockets: Socket[] = [];
  const exchanges: Exchange<Regeneration>[] = [];
  const url = await speak((socket) => void sockets.push(socket));
  const run = beginAsking([], {
    auto: false,
    regenerate: (clock) => {
      const open = createRawExchanges(createConnector({}), clock);
      const send = () => Promise.reject(new Error('nothing is checked here'));
      const exchange = createThousandEyes(`${url}/v7`, { clock, send, open }).regenerate(new Secret('te-old'));
      exchanges.push(exchange);
      return exchange;
    },
  });
  /** So many requests have reached the server. */
  const received = (count: number) => until(() => sockets.length === count);
  /** The server answers the first, second, … request, and that is read. */
  const answer = async (number: number, bytes: string) => {
    const before = exchanges[number]?.arrived() ?? 0;
    sockets[number]?.write(bytes, 'latin1');
    await until(() => (exchanges[number]?.arrived() ?? 0) >= before + bytes.length);
  };
  /** The same, and the connection ends behind it, as it was asked to. */
  const answerAndEnd = async (number: number, bytes: string) => {
    await answer(number, bytes);
    sockets[number]?.end();
  };
  return { run, received, answer, answerAndEnd };
}

test('half an answer with the token in it is read after a second of silence', async () => {
  const { run, received, answer } = await asking();
  await received(1);
  await answer(0, created + json.slice(0, 50));
  run.clock.advance(second);
  const result = await run.result;
  expect(result.kind === 'issued' && result.token.reveal()).toBe('te-over-sockets-0123456789');
});

test('the first answer comes at last, while the second request was refused', async () => {
  const { run, received, answer, answerAndEnd } = await asking();
  await received(1);
  run.clock.advance(2 * minute);
  await until(() => run.lines.length === 1);
  run.clock.advance(3 * second);
  await received(2);
  await answerAndEnd(1, refused);
  await until(() => run.lines.length === 2);
  await answer(0, created + json);
  const result = await run.result;
  expect(result.kind === 'issued' && result.token.reveal()).toBe('te-over-sockets-0123456789');
});

test('half an answer without its token counts as lost when it is given up', async () => {
  const { run, received, answer, answerAndEnd } = await asking();
  await received(1);
  await answer(0, created + json.slice(0, 25));
  run.clock.advance(2 * minute);
  await until(() => run.lines.length === 1);
  run.clock.advance(3 * second);
  await received(2);
  await answerAndEnd(1, refused);
  await until(() => run.lines.length === 2);
  run.clock.advance(minute);
  const result = await run.result;
  expect(result).toEqual({
    kind: 'lost',
    told: [
      'ThousandEyes gave no answer within 120 s',
      'ThousandEyes answered 403',
      'ThousandEyes answered 201 without a token that can be read, late',
    ],
  });
});
