import type { SandboxRequest } from '../http/traffic.ts';
import { Refusal } from './errors.ts';

/** A version of the REST API, the moment from which answers tell that it ends, and the moment of its end. */
export type EndingVersion = { version: string; deprecated: number; sunset: number };

/** What GitHub takes a request without the header for. */
const OLDEST = '2022-11-28';

/** Refuses a version that has ended. GitHub documents the status; the words are the sandbox's. */
export function checkVersion(ending: EndingVersion | undefined, request: SandboxRequest, now: number): void {
  if (ending && asks(ending, request) && now >= ending.sunset) {
    throw new Refusal(410, `The API version ${ending.version} is no longer supported.`);
  }
}

/** As RFC 9745 and RFC 8594 write them; how GitHub writes `Deprecation` is not documented. */
export function versionHeaders(
  ending: EndingVersion | undefined,
  request: SandboxRequest,
  now: number,
  skew: number,
): Record<string, string> {
  if (!ending || !asks(ending, request) || now < ending.deprecated) return {};
  const deprecation = `@${Math.floor((ending.deprecated + skew) / 1000)}`;
  return { deprecation, sunset: new Date(ending.sunset + skew).toUTCString() };
}

function asks(ending: EndingVersion, request: SandboxRequest): boolean {
  return (request.headers['x-github-api-version'] ?? OLDEST) === ending.version;
}
