import type { Answer } from '../../http/server.ts';
import { type PermissionRow, permissionRow } from '../access/permissions.ts';
import { notFound } from '../errors.ts';
import type { Repository } from '../stores/repositories.ts';
import type { SecretStore } from '../stores/secret-store.ts';
import { STORE_KINDS, type StoreAddress, type StoreKind } from '../stores/target-line.ts';
import type { Variables } from '../stores/variables.ts';
import type { Context } from './context.ts';
import {
  listInstallation,
  listOrganizationRepositories,
  listOwnRepositories,
  listUserRepositories,
  showById,
  showEnvironment,
  showRepository,
  showRun,
} from './repository-operations.ts';
import {
  deleteSecret,
  listOrganizationSecrets,
  listSecrets,
  listSelected,
  putSecret,
  showPublicKey,
  showSecret,
} from './secret-operations.ts';
import { createVariable, deleteVariable, showVariable, updateVariable } from './variable-operations.ts';

/** What a path's placeholders stand for, decoded. */
export type Values = Readonly<Record<string, string>>;

export type Operation = {
  method: string;
  /** As GitHub's description writes it. */
  path: string;
  row: PermissionRow;
  /** The kind of store it is about: not every GitHub has them all. */
  kind?: StoreKind;
  answer: (context: Context, values: Values) => Answer;
};

const REPOSITORY = '/repos/{owner}/{repo}';
const ENVIRONMENT = `${REPOSITORY}/environments/{environment_name}`;

/** Everything this GitHub can do. Of two paths that fit, the one that comes first is meant. */
export const OPERATIONS: readonly Operation[] = [
  inRepository('', showRepository),
  {
    ...operation('GET', REPOSITORY, ({ id = '' }, context) => showById(context, Number(id))),
    path: '/repositories/{id}',
  },
  inRepository('/actions/runs/{run_id}', (context, found, { run_id = '' }) => showRun(context, found, Number(run_id))),
  inRepository('/environments/{environment_name}', (context, found, { environment_name = '' }) =>
    showEnvironment(context, found, environment_name),
  ),
  inRepository('/actions/organization-secrets', listOrganizationSecrets),
  operation('GET', '/orgs/{org}/repos', ({ org = '' }, context) => listOrganizationRepositories(context, org)),
  operation('GET', '/users/{username}/repos', ({ username = '' }, context) => listUserRepositories(context, username)),
  operation('GET', '/user/repos', (_, context) => listOwnRepositories(context)),
  operation('GET', '/installation/repositories', (_, context) => listInstallation(context)),
  ...STORE_KINDS.flatMap((kind) => [
    ...secretOperations(`${REPOSITORY}/${kind}/secrets`, kind, ({ owner = '', repo = '' }) => {
      return { scope: 'repository', owner, repo, kind };
    }),
    ...secretOperations(`/orgs/{org}/${kind}/secrets`, kind, ({ org: owner = '' }) => {
      return { scope: 'organization', owner, kind };
    }),
  ]),
  ...secretOperations(`${ENVIRONMENT}/secrets`, 'actions', ({ owner = '', repo = '', environment_name = '' }) => {
    return { scope: 'environment', owner, repo, environment: environment_name, kind: 'actions' };
  }),
  ...secretOperations('/user/codespaces/secrets', 'codespaces', () => ({ scope: 'user', kind: 'codespaces' })),
  ...variableOperations(`${REPOSITORY}/actions/variables`, ({ repositories }, { owner, repo }) => {
    return repositories.get(`${owner}/${repo}`)?.variables;
  }),
  ...variableOperations(`${ENVIRONMENT}/variables`, ({ repositories }, { owner, repo, environment_name = '' }) => {
    return repositories.get(`${owner}/${repo}`)?.environments.get(environment_name.toLowerCase())?.variables;
  }),
  ...variableOperations('/orgs/{org}/actions/variables', ({ repositories }, { org = '' }) => {
    return repositories.owner(org)?.variables;
  }),
];

function operation(
  method: string,
  path: string,
  answer: (values: Values, context: Context) => Answer,
  kind?: StoreKind,
): Operation {
  const row = permissionRow(method, path);
  const about = kind === undefined ? {} : { kind };
  return { method, path, row, ...about, answer: (context, values) => answer(values, context) };
}

function inRepository(
  below: string,
  answer: (context: Context, repository: Repository, values: Values) => Answer,
): Operation {
  return operation('GET', `${REPOSITORY}${below}`, (values, context) => {
    const repository = context.repositories.get(`${values.owner}/${values.repo}`);
    if (!repository) throw notFound();
    return answer(context, repository, values);
  });
}

function secretOperations(base: string, kind: StoreKind, addressOf: (values: Values) => StoreAddress): Operation[] {
  type Answering = (context: Context, store: SecretStore, name: string, address: StoreAddress) => Answer;
  const make = (method: string, below: string, answer: Answering): Operation => {
    const act = (values: Values, context: Context): Answer => {
      const address = addressOf(values);
      const store = context.repositories.store(address, context.credential.login);
      if (!store) throw notFound();
      return answer(context, store, values.secret_name ?? '', address);
    };
    return operation(method, `${base}${below}`, act, kind);
  };
  const one = '/{secret_name}';
  const all = [
    make('GET', '', listSecrets),
    make('GET', '/public-key', showPublicKey),
    make('GET', one, showSecret),
    make('PUT', one, putSecret),
    make('DELETE', one, deleteSecret),
  ];
  return base.startsWith('/repos') ? all : [...all, make('GET', `${one}/repositories`, listSelected)];
}

function variableOperations(
  base: string,
  find: (context: Context, values: Values) => Variables | undefined,
): Operation[] {
  type Answering = (context: Context, variables: Variables, values: Values) => Answer;
  const make = (method: string, below: string, answer: Answering): Operation =>
    operation(method, `${base}${below}`, (values, context) => {
      const variables = find(context, values);
      if (!variables) throw notFound();
      return answer(context, variables, values);
    });
  const one = '/{name}';
  return [
    make('GET', one, (context, variables, { name = '' }) => showVariable(context, variables, name)),
    make('POST', '', (context, variables, { org }) => createVariable(context, variables, org)),
    make('PATCH', one, (context, variables, { name = '', org }) => updateVariable(context, variables, name, org)),
    make('DELETE', one, (_, variables, { name = '' }) => deleteVariable(variables, name)),
  ];
}
