import { forkEvent, type JobValues, NO_VALUES, queuedValues, startedValues } from './github/job-values.ts';
import { nameOf, type Repositories, type Repository } from './github/stores/repositories.ts';
import { filledIn } from './runner/expressions.ts';
import { type JobContext, type RunOptions, type RunResult, runAction, Step } from './runner/runner.ts';

export type WorkflowOptions = RunOptions & {
  /** The running repository, by full name. */
  repository: string;
  /** The job's `environment:`, which is made where there is none, as GitHub does. */
  environment?: string;
  /** Started by a pull request from a fork, whose jobs get neither secrets nor variables. */
  fork?: boolean;
};

/** The world of a workflow: what it runs in, and what every run of it is given. */
export type WorkflowHost = {
  repositories: Repositories;
  /** Registers a run, and yields its id. */
  register: (repository: string) => number;
  complete: (options: RunOptions) => RunOptions;
};

/** A workflow with one job of one step, whose `with` is text with expressions, as in its file. */
export class Workflow {
  readonly #host: WorkflowHost;
  readonly #options: WorkflowOptions;

  constructor(host: WorkflowHost, options: WorkflowOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** A run whose job has not started: it holds the repository's and the organization's values of now. */
  queue(): QueuedRun {
    const { repositories } = this.#host;
    const repository = repositories.add(this.#options.repository);
    const queued = this.#options.fork ? NO_VALUES : queuedValues(repositories, repository);
    const id = this.#host.register(nameOf(repository));
    return new QueuedRun(this.#host, this.#options, { id, attempt: 1, repository, queued });
  }

  /** Queues a run and starts it at once. */
  run(options: RunOptions = {}): Promise<RunResult> {
    return this.queue().start(options);
  }
}

type Attempt = {
  id: number;
  attempt: number;
  repository: Repository;
  queued: JobValues;
  /** Where an attempt before it has read them already. */
  started?: JobValues;
};

/** A run of a workflow that waits for its job to start, once. */
export class QueuedRun {
  readonly id: number;
  readonly attempt: number;
  readonly #host: WorkflowHost;
  readonly #options: WorkflowOptions;
  readonly #given: Attempt;
  #started: JobValues | undefined;

  constructor(host: WorkflowHost, options: WorkflowOptions, given: Attempt) {
    this.id = given.id;
    this.attempt = given.attempt;
    this.#host = host;
    this.#options = options;
    this.#given = given;
  }

  /** Runs main, then post. What is given here comes before what the workflow has. */
  start(options: RunOptions = {}): Promise<RunResult> {
    return runAction(this.#begin(options));
  }

  /** The same as a step whose stages the caller starts. */
  step(options: RunOptions = {}): Step {
    return new Step(this.#begin(options));
  }

  /** *Re-run jobs*: another attempt with the values of then, an environment's too, or with `fresh` those of now. */
  rerun({ fresh = false } = {}): QueuedRun {
    const { id, repository, queued } = this.#given;
    const { repositories } = this.#host;
    const next = { id, repository, attempt: this.attempt + 1 };
    if (fresh && !this.#options.fork) {
      return new QueuedRun(this.#host, this.#options, { ...next, queued: queuedValues(repositories, repository) });
    }
    const then = this.#started === undefined ? {} : { started: this.#started };
    return new QueuedRun(this.#host, this.#options, { ...next, queued, ...then });
  }

  // The job starts, and reads what is its environment's.
  #begin(more: RunOptions): RunOptions {
    if (this.#started) throw new Error(`Run ${this.id} has started already`);
    const values = this.#given.started ?? this.#read();
    this.#started = values;
    const own = this.#options;
    const context = { ...this.#context(), ...own.context, ...more.context };
    const options = this.#host.complete({ ...own, ...more, context, with: { ...own.with, ...more.with } });
    const filled = filledIn(options.with ?? {}, values);
    const secrets = [
      ...Object.values(values.secrets),
      String(filled['github-token'] ?? ''),
      ...(options.secrets ?? []),
    ];
    return { ...options, with: filled, secrets };
  }

  #read(): JobValues {
    const { environment, fork } = this.#options;
    const { repository, queued } = this.#given;
    if (environment === undefined) return queued;
    const made = this.#host.repositories.addEnvironment(nameOf(repository), environment);
    return fork ? NO_VALUES : startedValues(queued, made);
  }

  #context(): Partial<JobContext> {
    const { id: runId, attempt: runAttempt, repository } = this.#given;
    const basics = { repository: nameOf(repository), visibility: repository.visibility, runId, runAttempt };
    return this.#options.fork ? { ...basics, eventName: 'pull_request', event: forkEvent(repository) } : basics;
  }
}
