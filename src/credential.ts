import { day } from './clock.ts';
import type { Secret } from './secret.ts';
import { dayOf } from './text.ts';

/** The kinds of GitHub credential, by the prefix that GitHub gives their tokens. */
export type CredentialKind = 'app' | 'fine-grained' | 'classic' | 'user' | 'unknown';

/** Source: GitHub's "About authentication to GitHub", token formats. The workflow's own GITHUB_TOKEN is an App's too. */
export function credentialKind(credential: Secret): CredentialKind {
  const value = credential.reveal();
  if (value.startsWith('ghs_')) return 'app';
  if (value.startsWith('github_pat_')) return 'fine-grained';
  if (value.startsWith('ghp_') || /^[0-9a-f]{40}$/.test(value)) return 'classic';
  if (value.startsWith('gho_') || value.startsWith('ghu_')) return 'user';
  return 'unknown';
}

/** An App's installation and a fine-grained token belong to one owner. */
export function servesOneOwner(kind: CredentialKind): boolean {
  return kind === 'app' || kind === 'fine-grained';
}

const soon = 30 * day;

/** When a credential expires (ms since the epoch) as far as a person must know it: an App's token lives an hour anyway. */
export function credentialExpiry(kind: CredentialKind, expiresAt: number | undefined): number | undefined {
  return kind === 'app' ? undefined : expiresAt;
}

/** A warning where the credential itself expires soon, moments in ms since the epoch. */
export function credentialExpires(expiresAt: number | undefined, now: number): string[] {
  if (expiresAt === undefined || expiresAt - now > soon) return [];
  return [
    `The GitHub credential expires on ${dayOf(expiresAt)}. Make a new one, and put it where \`github-token\` comes from, before then.`,
  ];
}
