import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/lib/clock.ts';
import { createConnector } from '../../src/lib/connector.ts';
import { createHttp } from '../../src/lib/http.ts';
import { exchangesOver, open, openProxy, proxy, tlsServer, trust } from './support/connections.ts';
import { nobody, serve } from './support/loopback.ts';

describe('a proxy', () => {
  test('tunnels TLS to the host by its name, not to its own', async () => {
    const { port, certificate, names } = await tlsServer('te.invalid');
    trust(certificate.cert);
    const { address, asked } = await openProxy(port);
    expect(await exchangesOver({ https_proxy: address }, 'https://te.invalid/v7')).toEqual(['secret', 'secret']);
    expect(names).toEqual(['te.invalid', 'te.invalid']);
    for (const lines of asked) {
      expect(lines).toContain('CONNECT te.invalid:443 HTTP/1.1');
      expect(lines.join()).not.toMatch(/authorization/i);
    }
  });

  test('that lets through what has a bad certificate: the host is named, not the proxy', async () => {
    const { port } = await tlsServer('te.invalid');
    const { address } = await openProxy(port);
    for (const found of await exchangesOver({ https_proxy: address }, 'https://te.invalid/'))
      expect(found).toMatchObject({
        message: expect.stringMatching(/^the TLS connection to te\.invalid failed \(DEPTH_ZERO_SELF_SIGNED_CERT;/),
        sent: false,
        mayPass: false,
      });
  });

  test('tunnels also what is not encrypted, with fewer tunnels than requests', async () => {
    const url = await serve((request, response) => response.end(`for ${request.headers.host}`));
    const { address, asked } = await openProxy(Number(new URL(url).port));
    const connector = createConnector({ http_proxy: address });
    const { send, close } = createHttp(systemClock, connector);
    open.push({ close }, connector);
    for (let request = 0; request < 4; request++) {
      const answer = await send({ method: 'GET', url: 'http://te.invalid/', headers: {}, timeout: 5000 });
      expect(answer.body).toBe('for te.invalid');
    }
    expect(asked.length).toBeLessThan(4);
    expect(await exchangesOver({ http_proxy: address }, 'http://te.invalid:8080/')).toEqual([
      'for te.invalid:8080',
      'for te.invalid:8080',
    ]);
    expect(asked.at(-1)).toContain('CONNECT te.invalid:8080 HTTP/1.1');
  });

  test('is asked for an IPv6 address in brackets', async () => {
    const { address, asked } = await proxy((socket) => void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    for (const found of await exchangesOver({ https_proxy: address }, 'https://[2001:db8::1]:8443/'))
      expect(found).toMatchObject({ message: expect.stringContaining('refused the connection with 403') });
    for (const lines of asked) expect(lines[0]).toBe('CONNECT [2001:db8::1]:8443 HTTP/1.1');
  });

  test.each([
    [407, false],
    [403, false],
    [502, true],
    [503, true],
  ])(
    'that refuses with %i: told by its variable, not sent, and another try may fare better: %s',
    async (status, mayPass) => {
      const { address } = await proxy(
        (socket) => void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 4\r\n\r\npage`),
      );
      for (const found of await exchangesOver({ HTTPS_PROXY: address }, 'https://te.invalid/'))
        expect(found).toEqual({
          message: `the proxy in the variable HTTPS_PROXY refused the connection with ${status}`,
          sent: false,
          mayPass,
        });
    },
  );

  test('is told user and password, a user alone, and a stray percent sign as it is', async () => {
    const { address, asked } = await proxy((socket) => void socket.end('HTTP/1.1 407 No\r\n\r\n'));
    const logins = ['user:pw', 'user', 'us%40er:50%off'];
    for (const login of logins)
      await exchangesOver({ http_proxy: address.replace('//', `//${login}@`) }, 'http://te.invalid/');
    const sent = asked.map((lines) =>
      lines
        .find((line) => /^proxy-authorization: /i.test(line))
        ?.split(' ')
        .at(-1),
    );
    const clear = sent.map((encoded) => Buffer.from(encoded ?? '', 'base64').toString());
    expect([...new Set(clear)]).toEqual(['user:pw', 'user:', 'us@er:50%off']);
  });

  test('whose address has no scheme is found, as curl finds it', async () => {
    const { address, asked } = await proxy((socket) => void socket.end('HTTP/1.1 407 No\r\n\r\n'));
    const { port } = new URL(address);
    await exchangesOver({ https_proxy: `localhost:${port}` }, 'https://te.invalid/');
    expect(asked.length).toBeGreaterThanOrEqual(2);
  });

  test('of another kind is refused by the name of its variable, and never gone around', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.end();
    });
    const { port } = new URL(url);
    const environment = { http_proxy: `socks5://user:pw-of-the-proxy@127.0.0.1:${port}` };
    for (const found of await exchangesOver(environment, `http://host.invalid:${port}/`))
      expect(found).toEqual({
        message: 'the proxy in the variable http_proxy cannot be used: it must be an http or https address',
        sent: false,
        mayPass: false,
      });
    expect(requests).toBe(0);
  });

  test('at which nobody listens is told with the reason', async () => {
    const address = await nobody();
    for (const found of await exchangesOver({ http_proxy: address }, 'http://te.invalid/'))
      expect(found).toEqual({
        message: 'the proxy in the variable http_proxy gives no connection (ECONNREFUSED)',
        sent: false,
        mayPass: true,
      });
  });

  test('that speaks another language is told', async () => {
    const { address } = await proxy((socket) => void socket.end('SSH-2.0-x\r\n'));
    for (const found of await exchangesOver({ http_proxy: address }, 'http://te.invalid/'))
      expect(found).toEqual({
        message: 'the proxy in the variable http_proxy gives no connection',
        sent: false,
        mayPass: false,
      });
  });

  test('that hangs up is told', async () => {
    const { address } = await proxy((socket) => void socket.destroy());
    for (const found of await exchangesOver({ http_proxy: address }, 'http://te.invalid/'))
      expect(found).toEqual({
        message: 'the proxy in the variable http_proxy gives no connection (UND_ERR_SOCKET)',
        sent: false,
        mayPass: true,
      });
  });

  test('that is to speak TLS and does not is told', async () => {
    const { address } = await proxy((socket) => void socket.end('HTTP/1.1 400 Bad\r\n\r\n'));
    for (const found of await exchangesOver({ http_proxy: address.replace('http:', 'https:') }, 'http://te.invalid/'))
      expect(found).toMatchObject({
        message: expect.stringMatching(/^the proxy in the variable http_proxy gives no connection \(ERR_SSL_\w+\)$/),
        sent: false,
        mayPass: false,
      });
  });

  test('that never answers is given up after the time of a connection', async () => {
    const { address } = await proxy(() => undefined);
    for (const found of await exchangesOver({ http_proxy: address }, 'http://te.invalid/', 50))
      expect(found).toEqual({
        message: 'the proxy in the variable http_proxy did not answer within 0.05 s',
        sent: false,
        mayPass: true,
      });
  });

  test('is not used for this machine', async () => {
    const url = await serve((_, response) => response.end('direct'));
    expect(await exchangesOver({ http_proxy: 'http://127.0.0.1:9' }, url)).toEqual(['direct', 'direct']);
  });
});
