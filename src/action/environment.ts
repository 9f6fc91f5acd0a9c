/** What the runner says in the environment; nothing else reads it. */
export interface Environment {
  /** An input, trimmed; undefined where the runner gave none. */
  input(name: string): string | undefined;
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository: string;
  readonly runId: string;
  readonly githubUrl: string;
  /** A folder that lasts as long as the job; empty where the runner names none. */
  readonly temp: string;
  /** Whether the summary of the main step says how to finish by hand. */
  readonly isTold: boolean;
  /** All of it, for what looks for proxies. */
  readonly variables: NodeJS.ProcessEnv;
}

export function environmentFrom(variables: NodeJS.ProcessEnv): Environment {
  return {
    // The toolkit's own rule for names. Its getInput can't tell an input that is empty from one that is not there.
    input: (name) => variables[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim(),
    repository: variables.GITHUB_REPOSITORY ?? '',
    runId: variables.GITHUB_RUN_ID ?? '',
    githubUrl: variables.GITHUB_API_URL || 'https://api.github.com',
    temp: variables.RUNNER_TEMP ?? '',
    isTold: variables.STATE_told === 'true',
    variables,
  };
}
