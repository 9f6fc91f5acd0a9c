import { checkBypass } from '@actions/http-client/lib/proxy';
import { failed, ok, type Result } from './result.ts';

/** A proxy that the environment names. */
export interface ProxyServer {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The value of `Proxy-Authorization`, where the address has a user. */
  readonly authorization: string | undefined;
  /** The variable that names it. */
  readonly variable: string;
}

/**
 * The proxy for a URL, by `https_proxy`, `http_proxy` or `all_proxy` in either case; undefined where there is none, where `no_proxy`
 * excepts the host, and for loopback. An address without a scheme is one of http, as for curl. A proxy is never gone
 * around: one that can't be used is an error, which names the variable and nothing of its value.
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv): Result<ProxyServer | undefined, string> {
  if (checkBypass(url)) return ok(undefined);
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const names = [name, name.toUpperCase(), 'all_proxy', 'ALL_PROXY'];
  const variable = names.find((each) => environment[each]?.trim());
  const value = variable === undefined ? undefined : environment[variable]?.trim();
  if (variable === undefined || !value) return ok(undefined);
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  if (proxy === undefined || !['http:', 'https:'].includes(proxy.protocol) || proxy.hostname === '')
    return failed(`the proxy in the variable ${variable} cannot be used: it must be an http or https address`);
  return ok({ origin: proxy.origin, authorization: loginOf(proxy), variable });
}

function loginOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

/** A stray `%` stands for itself, as curl reads it. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}
