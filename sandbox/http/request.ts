import type { Api } from './contract.ts';

/** A request as a server of the sandbox saw it. */
export type SandboxRequest = {
  server: Api;
  method: string;
  /** Raw, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds on the sandbox's clock. */
  at: number;
  /** The status answered, once it is. */
  status?: number;
  /** The fault it met. */
  fault?: string;
};

/** Whether a request asks for a new token. */
export function asksForToken({ method, path }: Pick<SandboxRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && path.endsWith('/api-tokens');
}
