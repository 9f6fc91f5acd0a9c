import { afterEach, expect } from '@jest/globals';
import { type Api, Contract } from '../../../sandbox/http/contract.ts';
import type { Send } from '../../../src/lib/http.ts';

const contract = new Contract();
const breaches: string[] = [];

afterEach(() => {
  expect(breaches.splice(0)).toEqual([]);
});

/** A wire that fails the test in which something is asked that the service's published description doesn't know. */
export function judged<Wire extends Send>(api: Api, baseUrl: string, send: Wire): Send {
  return (request) => {
    const url = new URL(request.url);
    const path = url.pathname.slice(new URL(baseUrl).pathname.replace(/\/$/, '').length);
    breaches.push(...contract.checkRequest(api, request.method, path, url.searchParams, request.body ?? ''));
    return send(request);
  };
}
