import { type Action, type CommandFiles, inputVariables, type JobFolder } from './files.ts';
import { machineSettings } from './machine.ts';

export type Inputs = Record<string, string | number | boolean>;

export type JobContext = {
  repository: string;
  /** Of the repository, as the event tells it. */
  visibility: 'public' | 'private' | 'internal';
  apiUrl: string;
  serverUrl: string;
  runId: number;
  /** From 2 on it is a re-run. */
  runAttempt: number;
  job: string;
  /** The step's id, which main and post share, and all steps of a composite. */
  step: string;
  eventName: string;
  workflow: string;
  /** The event's payload. */
  event: unknown;
};

export const CONTEXT: JobContext = {
  repository: 'acme/network',
  visibility: 'private',
  apiUrl: 'https://api.github.com',
  serverUrl: 'https://github.com',
  runId: 1,
  runAttempt: 1,
  job: 'rotate',
  step: '__octo-org_rotate-thousandeyes-token',
  eventName: 'schedule',
  workflow: 'Rotate',
  event: undefined,
};

/** What a runner sets for a stage. */
export function stageEnvironment(
  action: Action,
  inputs: Inputs,
  context: JobContext,
  folder: JobFolder,
  files: CommandFiles,
): Record<string, string> {
  const { eventName, workflow, runAttempt, job, step } = context;
  const github = githubContext(context);
  const variables = Object.entries(github).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value]);
  return {
    ...machineSettings(),
    HOME: folder.home,
    TMPDIR: folder.systemTemp,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(variables),
    GITHUB_EVENT_NAME: eventName,
    GITHUB_EVENT_PATH: folder.write('event.json', JSON.stringify(context.event ?? eventOf(context))),
    GITHUB_ACTION: step,
    GITHUB_RUN_ATTEMPT: String(runAttempt),
    GITHUB_RUN_NUMBER: '1',
    GITHUB_JOB: job,
    GITHUB_ACTOR: 'acme-admin',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_WORKFLOW: workflow,
    GITHUB_WORKSPACE: folder.workspace,
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_ENV: files.env,
    RUNNER_TEMP: folder.temp,
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    ...inputVariables(action, inputs, github),
  };
}

function githubContext({ repository, apiUrl, serverUrl, runId }: JobContext): Record<string, string> {
  return {
    repository,
    repository_owner: repository.split('/')[0] ?? '',
    api_url: apiUrl,
    server_url: serverUrl,
    run_id: String(runId),
  };
}

function eventOf({ repository, visibility }: JobContext): unknown {
  const owner = { login: repository.split('/')[0] ?? '' };
  return { repository: { full_name: repository, private: visibility !== 'public', visibility, owner } };
}
