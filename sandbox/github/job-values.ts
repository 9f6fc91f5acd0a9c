import { type Environment, nameOf, type Repositories, type Repository, reaches } from './stores/repositories.ts';

/** What the contexts `secrets` and `vars` hold for a job, by names in upper case. */
export type JobValues = { secrets: Record<string, string>; vars: Record<string, string> };

export const NO_VALUES: JobValues = { secrets: {}, vars: {} };

/** The most secrets of an organization that reach one run. */
const SHARED_SECRETS = 100;

/** What is read when a run is queued: the organization's, as far as the repository may see them, and its own before them. */
export function queuedValues(repositories: Repositories, repository: Repository): JobValues {
  const owner = repositories.owner(repository.owner);
  const seen = <Kept extends Parameters<typeof reaches>[0]>(kept: Kept[] = []): Kept[] =>
    kept.filter((one) => reaches(one, repository));
  const shared = seen(owner?.stores.actions.all).sort(byName).slice(0, SHARED_SECRETS);
  return {
    secrets: { ...byNames(shared), ...byNames(repository.stores.actions.all) },
    vars: { ...byNames(seen(owner?.variables.all)), ...byNames(repository.variables.all) },
  };
}

/** What a job has that names an environment, whose own are read when it starts and come before all others. */
export function startedValues(queued: JobValues, { secrets, variables }: Environment): JobValues {
  return {
    secrets: { ...queued.secrets, ...byNames(secrets.all) },
    vars: { ...queued.vars, ...byNames(variables.all) },
  };
}

/** What a job finds in its event when a pull request from a fork started it. */
export function forkEvent(repository: Repository): unknown {
  const base = { repo: { full_name: nameOf(repository), fork: false } };
  const head = { repo: { full_name: `octo-org/${repository.name}`, fork: true } };
  const { visibility } = repository;
  return {
    pull_request: { number: 1, base, head },
    repository: { full_name: nameOf(repository), private: visibility !== 'public', visibility },
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function byNames(kept: readonly { name: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
}
