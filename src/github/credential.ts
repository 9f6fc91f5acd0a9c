import { day } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import { dayOf, timeLeft } from '../lib/text.ts';
import { ownerOf, type Store } from '../targets/store.ts';

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

/** What the text of a problem needs to know of the credential, seen beside the targets. */
export interface CredentialContext {
  readonly kind: CredentialKind;
  /** The credential is for one owner, and the targets have several. */
  readonly severalOwners: boolean;
  /** Base URL of the GitHub REST API. */
  readonly githubUrl: string;
}

export function credentialContext(credential: Secret, stores: readonly Store[], githubUrl: string): CredentialContext {
  const kind = credentialKind(credential);
  // An App's installation and a fine-grained token belong to one owner.
  const isOneOwners = kind === 'app' || kind === 'fine-grained';
  // What the credential's own user holds is of no other owner.
  const owners = new Set(stores.filter(({ level }) => level !== 'user').map(ownerOf));
  return { kind, severalOwners: isOneOwners && owners.size > 1, githubUrl };
}

const soon = 30 * day;

/** A warning where the credential itself expires soon, moments in ms since the epoch. */
export function credentialExpiryWarnings(expiresAt: number | undefined, now: number): string[] {
  if (expiresAt === undefined || expiresAt - now > soon) return [];
  return [
    `The GitHub credential expires on ${dayOf(expiresAt)} (${timeLeft(expiresAt, now)}). Create a new one, and put it where \`github-token\` comes from, before then.`,
  ];
}
