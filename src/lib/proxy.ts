import { isIPv4 } from 'node:net';
import { failed, ok, type Result } from './result.ts';

export interface ProxyServer {
  readonly origin: string;
  /** The value of `Proxy-Authorization`, where the address has a user. */
  readonly authorization: string | undefined;
  readonly variable: string;
}

/**
 * The proxy for a URL, by the usual variables; undefined where there is none, or `no_proxy` excepts the host.
 * It is never gone around: one that can't be used is an error, which names the variable and nothing of its value.
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): Result<ProxyServer | undefined, string> {
  if (isLoopback(url) || isExcepted(url, environment)) return ok(undefined);
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const names = [name, name.toUpperCase(), 'all_proxy', 'ALL_PROXY'];
  const variable = names.find((each) => environment[each]?.trim());
  if (variable === undefined) return ok(undefined);
  const value = environment[variable]?.trim() ?? '';
  // As for curl.
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  if (proxy === undefined || !['http:', 'https:'].includes(proxy.protocol) || proxy.hostname === '')
    return failed(`the proxy in the variable ${variable} cannot be used: it must be an http or https address`);
  return ok({ origin: proxy.origin, authorization: loginOf(proxy), variable });
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

/** Whether `no_proxy` names the host, with or without its port, a domain above it, or `*`: the toolkit's own rule. */
function isExcepted(url: URL, { no_proxy: lower, NO_PROXY: upper }: NodeJS.ProcessEnv): boolean {
  const host = url.hostname.toLowerCase();
  const hosts = [host, `${host}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`];
  return (lower || upper || '')
    .toLowerCase()
    .split(',')
    .map((item) => item.trim())
    .some((item) => {
      const domain = item.startsWith('.') ? item : `.${item}`;
      return item === '*' || (item !== '' && hosts.some((each) => each === item || each.endsWith(domain)));
    });
}

function loginOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

/** A stray `%` stands for itself, also before two digits that are no text. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}
