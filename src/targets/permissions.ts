import { kindOf, type Store, type StoreKind } from './store.ts';

/**
 * What a credential needs for a store. Source: github/docs, `src/github-apps/data/`, the data behind GitHub's pages
 * "Permissions required for …"; a test holds these rows to the copy in `contracts/github-permissions.json`.
 */
export interface Permission {
  /** Its name in GitHub's API. */
  readonly key: string;
  /** As people see it where an App or a fine-grained token is made. */
  readonly title: string;
  /** The section in which they find it there. */
  readonly level: 'repository' | 'organization' | 'account';
  /** Whether an App's installation token may have it. */
  readonly app: boolean;
  /** Whether a fine-grained token may have it. */
  readonly fineGrained: boolean;
  /** The scope of a classic token. */
  readonly scope: string;
  /** Whether actions/create-github-app-token has a `permission-…` input for it. Source: its `action.yml`, 3.1.1. */
  readonly hasTokenInput: boolean;
}

const common = { level: 'repository', app: true, fineGrained: true, scope: 'repo', hasTokenInput: false } as const;
const organization = { ...common, level: 'organization', scope: 'admin:org' } as const;

const secretPermissions: Readonly<Record<StoreKind, Permission>> = {
  'repository/actions': { ...common, key: 'secrets', title: 'Secrets', hasTokenInput: true },
  'environment/actions': { ...common, key: 'environments', title: 'Environments', hasTokenInput: true },
  'repository/dependabot': { ...common, key: 'dependabot_secrets', title: 'Dependabot secrets', hasTokenInput: true },
  'repository/codespaces': { ...common, key: 'codespaces_secrets', title: 'Codespaces secrets' },
  'repository/agents': { ...common, key: 'agent_secrets', title: 'Agent secrets' },
  'organization/actions': { ...organization, key: 'organization_secrets', title: 'Secrets', hasTokenInput: true },
  'organization/dependabot': {
    ...organization,
    key: 'organization_dependabot_secrets',
    title: 'Organization dependabot secrets',
  },
  'organization/codespaces': {
    ...organization,
    key: 'organization_codespaces_secrets',
    title: 'Organization codespaces secrets',
  },
  'organization/agents': { ...organization, key: 'organization_agent_secrets', title: 'Agent secrets' },
  'user/codespaces': {
    key: 'codespaces_user_secrets',
    title: 'Codespaces user secrets',
    level: 'account',
    app: false,
    fineGrained: true,
    scope: 'codespace:secrets',
    hasTokenInput: false,
  },
};

const repositoryVariables: Permission = { ...common, key: 'actions_variables', title: 'Variables' };
const organizationVariables: Permission = {
  ...organization,
  key: 'organization_actions_variables',
  title: 'Variables',
};

/** What writing the secrets of a store needs. */
export function secretPermission(store: Store): Permission {
  return secretPermissions[kindOf(store)];
}

/** What writing the Actions variables beside a store needs: an environment's are under Environments, like its secrets. */
export function variablePermission(store: Store): Permission {
  if (store.level === 'environment') return secretPermissions['environment/actions'];
  return store.level === 'organization' ? organizationVariables : repositoryVariables;
}
