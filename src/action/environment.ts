/** What the runner says in the environment; nothing else reads it. */
export interface Environment {
  /** An input, trimmed; undefined where the runner gave none. */
  input(name: string): string | undefined;
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository: string;
  /** Whether the run was started again. */
  readonly isRerun: boolean;
  /** The page of the run, for people. */
  readonly runUrl: string;
  readonly githubUrl: string;
  /** A folder that lasts as long as the job; empty where the runner names none. */
  readonly temp: string;
  /** All of it, for what looks for proxies and for settings that make a connection unsafe. */
  readonly variables: NodeJS.ProcessEnv;
}

export function environmentFrom(variables: NodeJS.ProcessEnv): Environment {
  const repository = variables.GITHUB_REPOSITORY ?? '';
  const server = variables.GITHUB_SERVER_URL || 'https://github.com';
  return {
    // The toolkit's own rule for names. Its getInput can't tell an input that is empty from one that is not there.
    input: (name) => variables[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim(),
    repository,
    isRerun: Number(variables.GITHUB_RUN_ATTEMPT) > 1,
    runUrl: `${server}/${repository}/actions/runs/${variables.GITHUB_RUN_ID ?? ''}`,
    githubUrl: variables.GITHUB_API_URL || 'https://api.github.com',
    temp: variables.RUNNER_TEMP ?? '',
    variables,
  };
}
