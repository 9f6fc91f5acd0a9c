import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentFrom } from '../../../../src/action/environment.ts';
import type { Inputs } from '../../../../src/action/inputs.ts';
import { type MainDependencies, mainStep } from '../../../../src/action/main-step.ts';
import { annotate } from '../../../../src/action/report.ts';
import { createWorkflow } from '../../../../src/action/workflow.ts';
import { credentialExpiryWarnings } from '../../../../src/github/credential.ts';
import { RepositoriesClient } from '../../../../src/github/repositories.ts';
import { Cancelled } from '../../../../src/lib/cancellation.ts';
import { createJournal } from '../../../../src/rotation/journal/journal.ts';
import { captured } from '../captured-output.ts';
import { FakeWorkflow } from '../fakes.ts';
import { gitHubOver } from '../github-over-wire.ts';
import { headerFor } from '../post-run.ts';
import { day, now } from '../time.ts';
import { type Chapter, error, type Message, type Situation, situation, warning } from './manuscript.ts';

/** What the main step says where something is thrown. */
function thrown(title: string, what: unknown): Situation {
  return {
    title,
    say: async () => {
      const workflow = new FakeWorkflow();
      const variables = {
        'INPUT_THOUSANDEYES-TOKEN': 'te-accident',
        'INPUT_THOUSANDEYES-TOKEN-NEXT': '',
        'INPUT_GITHUB-TOKEN': 'ghp_accident',
        GITHUB_REPOSITORY: 'acme/network',
      };
      await mainStep(environmentFrom(variables), workflow, (_: Inputs): MainDependencies => {
        throw what;
      });
      return workflow.lines.map((line) => error(line.replace('error: ', '')));
    },
  };
}

const deprecated: Situation = {
  title: 'GitHub will end this version of its API',
  say: async () => {
    const headers = { deprecation: '@1', sunset: 'Fri, 10 Mar 2028 00:00:00 GMT' };
    const said: Message[] = [];
    for (const given of [headers, { deprecation: '@1' }]) {
      const { github } = gitHubOver({ 'GET /repos/acme/network': { status: 200, json: {}, headers: given } });
      await new RepositoriesClient(github).read('acme', 'network');
      said.push(...github.deprecations.map(warning));
    }
    return said;
  },
};

/** What the runner's files are needed for, where they can't be written. */
const unwritable: Situation = {
  title: "A file of the runner's cannot be written",
  say: () => {
    const workflow = createWorkflow({});
    const text = captured(() => {
      workflow.output('results', '[]');
      workflow.summary('');
    });
    return text
      .trim()
      .split('\n')
      .map((line) => warning(line.replace('::warning::', '')));
  },
};

const journalFull: Situation = {
  title: 'The journal cannot be written any more',
  say: () => {
    const folder = mkdtempSync(join(tmpdir(), 'messages-'));
    const log = new FakeWorkflow();
    const created = createJournal(join(folder, 'journal'), headerFor(['acme/network']), {
      log,
      leaveState: () => true,
    });
    // A line that can't be written, as on a disk that is full.
    if (created.ok) created.value.note({ kind: 'stored', target: 0, at: 1n as unknown as number });
    rmSync(folder, { recursive: true });
    return log.lines.map((line) => warning(line.replace('warning: ', '')));
  },
};

export const accidents: Chapter = {
  title: 'The rest',
  situations: [
    situation('The GitHub credential expires soon', ...credentialExpiryWarnings(now + 12 * day, now).map(warning)),
    deprecated,
    journalFull,
    unwritable,
    thrown('A cancel, before a token was asked for', new Cancelled('cancelled')),
    thrown('What should not happen', new TypeError('an example')),
    thrown('… and is no error', 'an example'),
    {
      title: 'More annotations than GitHub shows',
      say: () => {
        const said: Message[] = [];
        annotate(
          Array.from({ length: 12 }, (_, index) => `Warning ${index + 1}.`),
          (text) => said.push(warning(text)),
          { info: () => undefined },
        );
        return said.slice(-1);
      },
    },
  ],
};
