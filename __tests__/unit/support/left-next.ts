import type { StoredSecret } from '../../../src/github/secrets.ts';
import type { RunRequest } from '../../../src/rotation/request.ts';
import { parkedToken, runUrl } from './scene.ts';
import { hour, now } from './time.ts';

/** `_NEXT` beside the home of the scenes. */
export const beside = 'acme/network as TE_TOKEN_NEXT';
/** When an earlier run left it. */
export const leftAt = now - hour;

/** `_NEXT` as an earlier run left it. */
export function leftNext(updatedAt = leftAt): Record<string, Partial<StoredSecret>> {
  return { [beside]: { updatedAt } };
}

/** What a run is given that finds a token, or a note. */
export const withToken: Partial<RunRequest> = { next: { kind: 'token', token: parkedToken } };
export const withNote: Partial<RunRequest> = { next: { kind: 'note', at: leftAt, run: runUrl } };
