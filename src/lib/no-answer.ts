import { second } from './clock.ts';
import { withoutWebAssembly } from './runtime.ts';

/** How long a connection may take to come about, a proxy's word included, in ms: room for three silent addresses. */
export const connectTimeout = 10 * second;

/** No status line came back. Its message is for a person. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  /** Whether the server may have seen the request. False means that it can't have acted. */
  readonly sent: boolean;
  /** Whether another try may fare better: not where a setting is surely wrong, as with a certificate. */
  readonly mayPass: boolean;

  constructor(message: string, { sent = true, mayPass = true }: { sent?: boolean; mayPass?: boolean } = {}) {
    super(message);
    this.sent = sent;
    this.mayPass = mayPass;
  }
}

/** What went wrong on the wire, with the host that was meant. */
export function noAnswerFrom(error: unknown, host: string): NoAnswer {
  const { name, code, cause, syscall } = Object(error) as Record<string, unknown>;
  for (const each of [error, cause]) if (each instanceof NoAnswer) return each;
  const text = errorCode(code);
  const unsent = (message: string, mayPass = true) => new NoAnswer(message, { sent: false, mayPass });
  if (isTlsFault(text))
    return unsent(
      `the TLS connection to ${host} failed (${text}; certificates of your own come by NODE_EXTRA_CA_CERTS)`,
      false,
    );
  switch (text) {
    case 'ECONNREFUSED':
      return unsent(`${host} refused the connection`);
    // Small name servers under load also say ENOTFOUND of names that are right.
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unsent(`the host name ${host} could not be resolved (${text})`);
    case 'UND_ERR_CONNECT_TIMEOUT':
      return unsent(`no connection to ${host} within ${connectTimeout / second} s`);
    case 'ERR_WEBASSEMBLY_NOT_SUPPORTED':
      return unsent(withoutWebAssembly, false);
    // Also what a connection that was there comes to when the network goes.
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return new NoAnswer(`${host} cannot be reached (${text})`, { sent: syscall === 'read' || syscall === 'write' });
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
    case 'EPIPE':
      return new NoAnswer('the connection broke off');
  }
  if (name === 'HTTPParserError') return new NoAnswer(`${host} answered something that is no HTTP`);
  return new NoAnswer(`the connection failed${text === '' ? '' : ` (${text})`}`);
}

/** The code of an error, like `ECONNRESET`, fit to be shown; empty where it is none. */
export function errorCode(code: unknown): string {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : '';
}

/** Whether an error's code is one of TLS: a certificate, or a server that does not speak it. */
export function isTlsFault(code: string): boolean {
  return /CERT|TLS|SSL|UNABLE_TO|EPROTO/.test(code);
}
