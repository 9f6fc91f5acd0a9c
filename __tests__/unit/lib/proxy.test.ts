import { describe, expect, test } from '@jest/globals';
import { proxyFor } from '../../../src/lib/proxy.ts';

const api = new URL('https://api.example/v7');

/** The proxy that a value of `https_proxy` means. */
function proxyOf(value: string) {
  const found = proxyFor(api, { https_proxy: value });
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

/** The login that is sent, in clear. */
function loginOf(value: string) {
  const [scheme, encoded = ''] = proxyOf(value)?.authorization?.split(' ') ?? [];
  return scheme === undefined ? undefined : `${scheme} ${Buffer.from(encoded, 'base64')}`;
}

describe('which variable names it', () => {
  test.each([
    ['https://api.example', { https_proxy: 'http://a:1', http_proxy: 'http://b:2' }, 'https_proxy', 'http://a:1'],
    ['http://api.example', { https_proxy: 'http://a:1', http_proxy: 'http://b:2' }, 'http_proxy', 'http://b:2'],
    ['https://api.example', { HTTPS_PROXY: 'http://c:3' }, 'HTTPS_PROXY', 'http://c:3'],
    ['http://api.example', { HTTP_PROXY: 'http://d:4' }, 'HTTP_PROXY', 'http://d:4'],
    ['https://api.example', { https_proxy: '', HTTPS_PROXY: 'http://c:3' }, 'HTTPS_PROXY', 'http://c:3'],
    ['https://api.example', { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://c:3' }, 'https_proxy', 'http://a:1'],
    ['https://api.example', { all_proxy: 'http://e:5' }, 'all_proxy', 'http://e:5'],
    ['http://api.example', { ALL_PROXY: 'http://e:5' }, 'ALL_PROXY', 'http://e:5'],
    ['https://api.example', { https_proxy: 'http://a:1', all_proxy: 'http://e:5' }, 'https_proxy', 'http://a:1'],
  ])('for %s and %j: %s', (url, environment, variable, origin) => {
    expect(proxyFor(new URL(url), environment)).toEqual({
      ok: true,
      value: { origin, authorization: undefined, variable },
    });
  });

  test.each([[{}], [{ https_proxy: '' }], [{ https_proxy: ' ' }], [{ http_proxy: 'http://b:2' }]])(
    'none in %j',
    (environment) => {
      expect(proxyFor(api, environment)).toEqual({ ok: true, value: undefined });
    },
  );
});

describe('what is gone to directly', () => {
  test.each(['http://127.0.0.1:8080', 'http://127.3.2.1', 'http://localhost', 'http://[::1]:8080'])(
    'loopback: %s',
    (url) => {
      expect(proxyFor(new URL(url), { http_proxy: 'http://b:2' })).toEqual({ ok: true, value: undefined });
    },
  );

  test.each([
    ['the host', { no_proxy: 'api.example' }],
    ['in capitals, and by the other variable', { NO_PROXY: 'API.EXAMPLE' }],
    ['a domain above it', { no_proxy: 'example' }],
    ['a domain with its point', { no_proxy: '.example' }],
    ['the host with its port, among others', { no_proxy: 'other.example, ,api.example:443' }],
    ['everything', { no_proxy: '*' }],
  ])('what no_proxy excepts: %s', (_, exceptions) => {
    expect(proxyFor(api, { https_proxy: 'socks5://a:1', ...exceptions })).toEqual({ ok: true, value: undefined });
  });

  test.each([
    ['another host', { no_proxy: 'pi.example' }],
    ['another port', { no_proxy: 'api.example:8443' }],
    ['nothing', { no_proxy: ' , ', NO_PROXY: '' }],
    ['the upper case beside the lower one', { no_proxy: 'other.example', NO_PROXY: '*' }],
    ['this machine by name only', { no_proxy: '127.0.0.1' }],
  ])('and not what it does not: %s', (_, exceptions) => {
    expect(proxyFor(api, { https_proxy: 'http://a:1', ...exceptions })).toMatchObject({
      value: { origin: 'http://a:1' },
    });
    expect(proxyFor(new URL('https://127.example'), { https_proxy: 'http://a:1' })).toMatchObject({
      value: { origin: 'http://a:1' },
    });
  });

  test('port 80 without TLS', () => {
    const excepted = { http_proxy: 'http://a:1', no_proxy: 'api.example:80' };
    expect(proxyFor(new URL('http://api.example'), excepted)).toEqual({ ok: true, value: undefined });
  });
});

describe('an address', () => {
  test.each([
    ['http://proxy:3128', 'http://proxy:3128'],
    ['https://proxy', 'https://proxy'],
    ['HTTP://Proxy.Example:80/', 'http://proxy.example'],
    ['  http://proxy:3128\n', 'http://proxy:3128'],
    ['http://[2001:db8::1]:3128', 'http://[2001:db8::1]:3128'],
  ])('%j is %s', (value, origin) => {
    expect(proxyOf(value)?.origin).toBe(origin);
  });

  test.each([
    ['localhost:3128', 'http://localhost:3128'],
    ['proxy.example:8080', 'http://proxy.example:8080'],
    ['proxy', 'http://proxy'],
    ['10.0.0.1:3128/', 'http://10.0.0.1:3128'],
  ])('without a scheme is one of http, as for curl: %s', (value, origin) => {
    expect(proxyOf(value)?.origin).toBe(origin);
  });

  test.each([
    'socks5://127.0.0.1:1080',
    'socks4a://user:pw-of-the-proxy@127.0.0.1',
    'ftp://proxy',
    '::::',
    'http://',
    'http://:3128',
    'http://user:pw-of-the-proxy#x@proxy:3128',
    'proxy:99999',
  ])('that cannot be used is told by the name of its variable, and not by its value: %s', (value) => {
    expect(proxyFor(api, { HTTPS_PROXY: value })).toEqual({
      ok: false,
      error: 'the proxy in the variable HTTPS_PROXY cannot be used: it must be an http or https address',
    });
  });
});

describe('a login', () => {
  test.each([
    ['http://proxy:3128', undefined],
    ['http://user:pw@proxy:3128', 'Basic user:pw'],
    ['user:pw@proxy:3128', 'Basic user:pw'],
    ['http://user@proxy:3128', 'Basic user:'],
    ['http://:pw@proxy:3128', 'Basic :pw'],
    ['http://us%40er:p%3A%2Fw@proxy:3128', 'Basic us@er:p:/w'],
    ['http://user:p@w@proxy:3128', 'Basic user:p@w'],
    ['http://grün:schlüssel@proxy', 'Basic grün:schlüssel'],
  ])('of %s is %s', (value, login) => {
    expect(loginOf(value)).toBe(login);
  });

  test.each([
    ['http://user:50%off@proxy', 'Basic user:50%off'],
    ['http://user:%@proxy', 'Basic user:%'],
    ['http://user:%zz%41@proxy', 'Basic user:%zzA'],
    ['http://user:%ff@proxy', 'Basic user:%ff'],
  ])('with a stray percent sign, which stands for itself: %s', (value, login) => {
    expect(loginOf(value)).toBe(login);
  });
});
