import { Secret } from '../../lib/secret.ts';
import { isoOf, momentFrom } from '../../lib/text.ts';

/** What the secret `<SECRET>_NEXT` holds: what an earlier run left there. */
export type NextSecret =
  | { readonly kind: 'none' }
  /** A token is asked for: since when (ms since the epoch), and by which run (its URL). Undefined where that is unreadable. */
  | { readonly kind: 'note'; readonly at: number | undefined; readonly run: string | undefined }
  | { readonly kind: 'token'; readonly token: Secret };

/** Reads the content of `<SECRET>_NEXT`. What has a blank in it is a note, because no token has one. */
export function nextSecretFrom(value: string): NextSecret {
  const text = value.trim();
  if (text === '') return { kind: 'none' };
  if (!/\s/.test(text)) return { kind: 'token', token: new Secret(text) };
  const [word, at, run, ...rest] = text.split(/\s+/);
  if (word !== 'asked' || rest.length > 0) return { kind: 'note', at: undefined, run: undefined };
  return { kind: 'note', at: momentFrom(at), run: runUrlFrom(run) };
}

/**
 * The note that says that a token is asked for: `asked 2026-12-01T05:23:04Z https://github.com/acme/network/actions/runs/1`.
 *
 * @param at ms since the epoch
 */
export function noteText(at: number, runUrl: string): string {
  return `asked ${isoOf(at)} ${runUrl}`;
}

/** A text that is the URL of a run, else undefined: it is shown to people as a link, and anyone can write where it is kept. */
export function runUrlFrom(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 500) return undefined;
  return /^https?:\/\/[\w.:-]+(?:\/[\w.-]+)+\/actions\/runs\/\d+$/.test(text) ? text : undefined;
}
