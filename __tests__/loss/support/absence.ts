import type { Faults } from '../../../sandbox/http/faults.ts';
import type { World } from '../../../sandbox/world.ts';
import type { HttpRequest } from '../../../src/lib/http.ts';
import type { Network } from '../../../src/lib/network.ts';

/** Takes a server away before a request leaves, where a rule says so, and brings it back afterwards. */
export class Absence {
  readonly #rules: Faults;
  readonly #world: World;

  constructor(rules: Faults, world: World) {
    this.#rules = rules;
    this.#world = world;
  }

  refusing(send: Network['send']): Network['send'] {
    return async (request) => {
      const server = this.#absent(request);
      if (server === undefined) return send(request);
      await server.stop();
      try {
        return await send(request);
      } finally {
        await server.start();
      }
    };
  }

  refusingExchange(open: Network['open']): Network['open'] {
    return (request) => {
      const server = this.#absent(request);
      if (server === undefined) return open(request);
      let exchange: ReturnType<typeof open> | undefined;
      const answer = server.stop().then(async () => {
        exchange = open(request);
        try {
          return await exchange.answer;
        } finally {
          await server.start();
        }
      });
      return { answer, arrived: () => 0, close: () => exchange?.close() };
    };
  }

  #absent({ url, method }: Pick<HttpRequest, 'url' | 'method'>) {
    const { thousandeyes, github } = this.#world;
    const server = url.startsWith(github.origin) ? github : thousandeyes;
    const api = server === github ? 'github' : 'thousandeyes';
    const path = new URL(url).pathname;
    return this.#rules.take({ server: api, method, path }) === undefined ? undefined : server;
  }
}
