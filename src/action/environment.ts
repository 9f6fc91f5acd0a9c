/** What the runner says in the environment; nothing else reads it. */
export interface Environment {
  /** An input, trimmed; undefined where the runner gave none. */
  input(name: string): string | undefined;
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository: string;
  readonly runId: string;
  /** 1, and one more each time the run is started again. */
  readonly attempt: number;
  /** The job's key in the workflow. */
  readonly job: string;
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
  const runId = variables.GITHUB_RUN_ID ?? '';
  return {
    // The toolkit's own rule for names. Its getInput can't tell an input that is empty from one that is not there.
    input: (name) => variables[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim(),
    repository,
    runId,
    attempt: attemptFrom(variables.GITHUB_RUN_ATTEMPT),
    job: variables.GITHUB_JOB ?? '',
    runUrl: `${variables.GITHUB_SERVER_URL || 'https://github.com'}/${repository}/actions/runs/${runId}`,
    githubUrl: variables.GITHUB_API_URL || 'https://api.github.com',
    temp: variables.RUNNER_TEMP ?? '',
    variables,
  };
}

function attemptFrom(text = ''): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 1;
}
