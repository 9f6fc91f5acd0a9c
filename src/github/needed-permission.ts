import type { Permission } from '../targets/permissions.ts';
import type { Store } from '../targets/store.ts';
import type { CredentialContext } from './credential.ts';

/** What a failed request was about. */
export interface Subject {
  readonly store: Store;
  /** What was to be done there. */
  readonly permission: Permission;
  /** The place in a person's words. */
  readonly place: string;
  /** What to do where it can hold no more. */
  readonly whenFull: readonly string[];
}

/** What to do about an answer, and why. */
export interface Advice {
  readonly steps: readonly string[];
  readonly why?: string | undefined;
}

/** The permission that a credential of this kind needs, and where to give it: the likeliest cause first. */
export function permissionAdvice(subject: Subject, credential: CredentialContext): Advice {
  const needed = neededPermission(subject, credential);
  if (!credential.severalOwners) return needed;
  const other = 'Use a classic token, or a workflow for each owner: this token covers only one owner.';
  return { ...needed, steps: [other, ...needed.steps] };
}

function neededPermission({ store, permission, place }: Subject, { kind }: CredentialContext): Advice {
  const { level, title, scope } = permission;
  const fine = `the ${level} permission "${title}: read and write"`;
  const isAdministrators = store.feature === 'codespaces' && store.level === 'repository';
  const admin = isAdministrators ? ["Make the token's user an administrator of the repository."] : [];
  const mayBeApps = level !== 'account';
  if (kind === 'app' && mayBeApps) return appPermission(store, permission, fine);
  if (kind === 'app')
    return {
      steps: [`Use a fine-grained token with ${fine}, or a classic token with the scope \`${scope}\`.`],
      why: `For ${place}, GitHub accepts no App.`,
    };
  if (kind === 'fine-grained') {
    const give = `Give the fine-grained token ${fine}, for ${ownedBy(store)}.`;
    if (!('owner' in store)) return { steps: [give] };
    return {
      steps: [give, `If it has that, let an owner of ${store.owner} approve the token.`],
      why: 'An organization can ask to approve each fine-grained token, and each change of it, before it counts: Settings > Personal access tokens > Pending requests.',
    };
  }
  const use =
    kind === 'classic'
      ? `Give the classic token the scope \`${scope}\`.`
      : `Use ${mayBeApps ? 'a GitHub App or ' : ''}a fine-grained token with ${fine}, or a classic token with the scope \`${scope}\`.`;
  return { steps: [use, ...admin] };
}

/** The workflow's own token looks like an App's, and is what most people try first. */
function appPermission(store: Store, { key, hasTokenInput }: Permission, fine: string): Advice {
  return {
    steps: [
      "If this is the workflow's own GITHUB_TOKEN, use a GitHub App instead.",
      `Give the App ${fine}, and install it on ${ownedBy(store)}.`,
      hasTokenInput
        ? `If the step that creates the token has \`permission-…\` lines, add \`permission-${key.replaceAll('_', '-')}: write\`.`
        : 'If the step that creates the token has `permission-…` lines, remove them all: none is for this permission.',
    ],
    why: "GITHUB_TOKEN can't do this. A changed permission of an App counts only after the installation has accepted it: Settings > GitHub Apps > Review request, in the organization's settings.",
  };
}

function ownedBy(store: Store): string {
  if (store.level === 'organization') return `the organization ${store.owner}`;
  return 'repository' in store ? `${store.owner}/${store.repository}` : 'the user';
}
