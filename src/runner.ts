/** What the runner says in the environment; nothing else reads it. */
export interface Runner {
  /** An input, trimmed; undefined where the runner gave none. */
  input(name: string): string | undefined;
  /** `owner/name` of the repository that the workflow runs in. */
  readonly repository: string;
  readonly runId: string;
  readonly githubUrl: string;
  /** A folder that lives as long as the job. */
  readonly temp: string;
  /** Whether this is the post step. */
  readonly isPost: boolean;
  /** Where main left its journal; empty where it left none. */
  readonly journal: string;
  /** Whether the event's payload says that the running repository is public. Not every event says it. */
  eventSaysPublic(): Promise<boolean>;
}

export function runnerFrom(env: NodeJS.ProcessEnv): Runner {
  return {
    // The toolkit's own rule for names. Its getInput can't tell an input that is empty from one that is not there.
    input: (name) => env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim(),
    repository: env.GITHUB_REPOSITORY ?? '',
    runId: env.GITHUB_RUN_ID ?? '',
    githubUrl: env.GITHUB_API_URL || 'https://api.github.com',
    temp: env.RUNNER_TEMP ?? '',
    isPost: env.STATE_isPost !== undefined,
    journal: env.STATE_journal ?? '',
    eventSaysPublic,
  };
}

async function eventSaysPublic(): Promise<boolean> {
  try {
    // By its file: the package's entry loads the HTTP stacks that this action does without.
    const { Context } = await import('../node_modules/@actions/github/lib/context.js');
    return new Context().payload.repository?.private === false;
  } catch {
    return false;
  }
}
