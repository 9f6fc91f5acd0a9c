import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import {
  commonTokens,
  declareFactoryPlugin,
  type Injector,
  type PluginContext,
  PluginKind,
  tokens,
} from '@stryker-mutator/api/plugin';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestRunner,
} from '@stryker-mutator/api/test-runner';
import { strykerPlugins as jestPlugins } from '@stryker-mutator/jest-runner';

/** Which files hold a test of that name; written by the runner that makes the dry run, in the copy that all share. */
const directory = 'tests-by-name.json';

/**
 * Stryker's Jest runner, but a mutant is shown to the test files of its own name first, then to the page of messages, which
 * notices most changed texts, and only where it survives that to the other files with a test that reaches it. The Jest runner alone loads every suite that imports the mutant, also
 * where the names of the wanted tests then leave nothing of it to run: seven seconds a mutant instead of a half.
 */
class OwnTestsFirst implements TestRunner {
  readonly #jest: TestRunner;

  constructor(jest: TestRunner) {
    this.#jest = jest;
  }

  capabilities() {
    return this.#jest.capabilities();
  }

  async init(): Promise<void> {
    await this.#jest.init?.();
  }

  async dryRun(options: DryRunOptions): Promise<DryRunResult> {
    delete process.env.MUTATION_TESTS;
    const result = await this.#jest.dryRun(options);
    if (result.status === DryRunStatus.Complete) {
      const files: Record<string, string[]> = {};
      for (const { id, fileName = '' } of result.tests) files[id] = [...(files[id] ?? []), relativePath(fileName)];
      writeFileSync(directory, JSON.stringify(files));
    }
    return result;
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const reaching = filesWith(options.testFilter);
    const name = basename(options.sandboxFileName, '.ts');
    const isOwn = (file: string) => basename(file).startsWith(`${name}.`) || basename(file).startsWith(`${name}-`);
    let shownTo = 0;
    const isOfMessages = (file: string) => basename(file) === 'messages.test.ts';
    const steps = Object.groupBy(reaching, (file) =>
      isOwn(file) ? 'own' : isOfMessages(file) ? 'messages' : 'others',
    );
    for (const files of [steps.own ?? [], steps.messages ?? [], steps.others ?? []]) {
      if (files.length === 0) continue;
      process.env.MUTATION_TESTS = files.join('\n');
      const result = await this.#jest.mutantRun(options);
      if (result.status !== MutantRunStatus.Survived) return result;
      shownTo += result.nrOfTests;
    }
    return { status: MutantRunStatus.Survived, nrOfTests: shownTo };
  }
}

/** @param names undefined where the mutant acts while its module is loaded, so that any test may notice it */
function filesWith(names: readonly string[] | undefined): string[] {
  if (!existsSync(directory)) throw new Error('no dry run has told which file holds which test');
  const files = JSON.parse(readFileSync(directory, 'utf8')) as Record<string, string[]>;
  return [...new Set((names ?? Object.keys(files)).flatMap((name) => files[name] ?? []))];
}

function relativePath(file: string): string {
  return relative(process.cwd(), file);
}

function ownTestsFirst(injector: Injector<PluginContext>): TestRunner {
  const [jest] = jestPlugins;
  if (jest === undefined) throw new Error("Stryker's Jest runner is not there");
  return new OwnTestsFirst(injector.injectFunction(jest.factory));
}
ownTestsFirst.inject = tokens(commonTokens.injector);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'own-tests-first', ownTestsFirst)];
