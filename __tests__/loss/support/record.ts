import { createHash } from 'node:crypto';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** What a record holds of a token: anyone can compute it. */
export function fingerprint(token: string): string {
  return `sha256:${hash(token).slice(0, 16)}`;
}

/** What a record holds of a target. */
export function idOf(line: string): string {
  return hash(`${line} as te_token`.toLowerCase()).slice(0, 12);
}
