import { kindOf, type Store, type StoreKind } from './store.ts';

/**
 * What a credential needs for a store. Source: github/docs, `src/github-apps/data/`, the data behind GitHub's pages
 * "Permissions required for …"; a test holds these rows to the copy in `contracts/github-permissions.json`.
 */
export interface Permission {
  /** The section in which people find it where an App or a fine-grained token is made; an App has none of an account. */
  readonly level: 'repository' | 'organization' | 'account';
  /** Its name in GitHub's API. */
  readonly key: string;
  /** As people see it there. */
  readonly title: string;
  /** The scope of a classic token. */
  readonly scope: string;
  /** Whether actions/create-github-app-token has a `permission-…` input for it. Source: its `action.yml`, 3.1.1. */
  readonly hasTokenInput: boolean;
}

const scopes = { repository: 'repo', organization: 'admin:org', account: 'codespace:secrets' };
const withTokenInput = ['secrets', 'environments', 'dependabot_secrets', 'organization_secrets'];

function row(level: Permission['level'], key: string, title: string): Permission {
  return { level, key, title, scope: scopes[level], hasTokenInput: withTokenInput.includes(key) };
}

const secretPermissions: Readonly<Record<StoreKind, Permission>> = {
  'repository/actions': row('repository', 'secrets', 'Secrets'),
  'environment/actions': row('repository', 'environments', 'Environments'),
  'repository/dependabot': row('repository', 'dependabot_secrets', 'Dependabot secrets'),
  'repository/codespaces': row('repository', 'codespaces_secrets', 'Codespaces secrets'),
  'repository/agents': row('repository', 'agent_secrets', 'Agent secrets'),
  'organization/actions': row('organization', 'organization_secrets', 'Secrets'),
  'organization/dependabot': row('organization', 'organization_dependabot_secrets', 'Organization dependabot secrets'),
  'organization/codespaces': row('organization', 'organization_codespaces_secrets', 'Organization codespaces secrets'),
  'organization/agents': row('organization', 'organization_agent_secrets', 'Agent secrets'),
  'user/codespaces': row('account', 'codespaces_user_secrets', 'Codespaces user secrets'),
};

const repositoryVariables = row('repository', 'actions_variables', 'Variables');
const organizationVariables = row('organization', 'organization_actions_variables', 'Variables');

/** What writing the secrets of a store needs. */
export function secretPermission(store: Store): Permission {
  return secretPermissions[kindOf(store)];
}

/** What writing the Actions variables beside a store needs: an environment's are under Environments, like its secrets. */
export function variablePermission(store: Store): Permission {
  if (store.level === 'environment') return secretPermission(store);
  return store.level === 'organization' ? organizationVariables : repositoryVariables;
}
