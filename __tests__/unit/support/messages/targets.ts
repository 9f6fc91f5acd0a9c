import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../../../../src/modes/check.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { createJournal } from '../../../../src/rotation/journal/journal.ts';
import { affordRequests } from '../../../../src/rotation/preflight/budget.ts';
import { credentialOf, FakeWorkflow } from '../fakes.ts';
import { cannotSeal } from '../mode-run.ts';
import { headerFor } from '../post-run.ts';
import { type ResolveOptions, resolve } from '../resolving.ts';
import { parkedToken, type SceneOptions, sceneOf } from '../scene.ts';
import { hour, minute, now } from '../time.ts';
import type { Chapter, Situation } from './manuscript.ts';
import { gitHubSays, logLines, playedRemarks, refusedByGitHub } from './playing.ts';

const notFound = gitHubSays(404, 'Not Found');
const withOther = { lines: ['acme/network', 'acme/edge'] };
const next = 'acme/network as TE_TOKEN_NEXT';

export const preflight: Chapter = {
  title: 'A target or a store is not as it must be',
  situations: [
    playedRemarks('The home is archived', check, { repositories: { 'acme/network': { archived: true } } }),
    playedRemarks('A target is disabled', check, { repositories: { 'acme/edge': { disabled: true } } }, withOther),
    playedRemarks('The home has no such secret', check, { secrets: { 'acme/network': notFound } }),
    playedRemarks(
      '… and is an organization’s',
      check,
      { secrets: { 'orgs/acme': notFound } },
      { lines: ['orgs/acme'] },
    ),
    playedRemarks('A target has no such secret', check, { secrets: { 'acme/edge': notFound } }, withOther),
    playedRemarks(
      'An organization has no such secret',
      check,
      { secrets: { 'orgs/acme': notFound } },
      { lines: ['acme/network', 'orgs/acme'] },
    ),
    playedRemarks(
      'A user has no such secret',
      check,
      { secrets: { 'user/codespaces': notFound } },
      { lines: ['acme/network', 'user/codespaces'] },
    ),
    playedRemarks(
      'An environment does not exist',
      check,
      { keys: { 'acme/network/environments/live': notFound } },
      {
        lines: ['acme/network/environments/live'],
        change: ({ dependencies }) => ({
          repositories: { ...dependencies.repositories, hasEnvironment: async () => false },
        }),
      },
    ),
    playedRemarks("A store's key cannot be read", check, { keys: { 'acme/network': refusedByGitHub } }),
    playedRemarks('Nothing can be sealed for a key', check, { badKey: 'k' }),
    playedRemarks('libsodium cannot be loaded', check, { sealer: 'one of its files is missing or broken' }),
    playedRemarks(
      'What is beside the home is not shown',
      check,
      { check: { kind: 'unclear', detail: 'ThousandEyes answered 404' } },
      { request: { next: { kind: 'token', token: parkedToken } } },
    ),
    playedRemarks('What is beside the home cannot be read', check, { secrets: { [next]: gitHubSays(500) } }),
    playedRemarks(
      'A job can read another secret than the environment that is the home',
      check,
      {},
      {
        lines: ['acme/network/environments/production'],
        change: ({ dependencies }) => ({
          secrets: { ...dependencies.secrets, isSharedByOrganization: async () => true },
        }),
      },
    ),
    playedRemarks(
      'A job can read another secret than the organization’s',
      check,
      {},
      { lines: ['acme/edge', 'orgs/acme'] },
    ),
    playedRemarks('Two problems', check, { secrets: { 'acme/network': notFound, 'acme/edge': notFound } }, withOther),
  ],
};

function expanded(title: string, options: ResolveOptions): Situation {
  return {
    title,
    say: async () => {
      const { result, log } = await resolve('acme/home\nacme/net*', options);
      for (const line of log) logLines.add(line);
      if (result.ok) throw new Error('the pattern was expanded');
      return result.error.problems;
    },
  };
}

export const patterns: Chapter = {
  title: 'A pattern cannot be expanded',
  situations: [
    expanded('The running repository is public', { repositories: { 'acme/network': { isPrivate: false } } }),
    expanded('… or is not known', { running: '' }),
    expanded('… or cannot be read', { repositories: { 'acme/network': gitHubSays(401, 'Bad credentials') } }),
    expanded('There is no such owner', { unlisted: { acme: notFound } }),
    expanded('The owner cannot be listed', { unlisted: { acme: refusedByGitHub } }),
    expanded('It finds nothing', { names: ['network'], secrets: { 'acme/network': notFound } }),
    expanded('A find cannot be read', { names: ['network'], secrets: { 'acme/network': refusedByGitHub } }),
  ],
};

function planned(
  title: string,
  plan: { reads: number; writes: number },
  options: SceneOptions,
  kind: 'app' | 'classic' = 'classic',
): Situation {
  return {
    title,
    say: async () => {
      const { dependencies, log } = sceneOf(options);
      const found = await affordRequests(plan, credentialOf(kind), dependencies);
      for (const each of log.lines) logLines.add(each);
      return found === undefined ? log.lines.map((text) => ({ kind: 'log', text }) as const) : [found];
    },
  };
}

const soon = { limit: 5000, remaining: 50, resetAt: now + 4 * minute };

export const budget: Chapter = {
  title: "GitHub's limits, or the credential's life, cannot carry all writes",
  situations: [
    planned(
      'The limit is too low',
      { reads: 900, writes: 1200 },
      { allowance: { limit: 1000, remaining: 900, resetAt: now } },
    ),
    planned('The reset is too far away', { reads: 3, writes: 90 }, { allowance: { ...soon, resetAt: now + 2 * hour } }),
    planned('The reset is waited for', { reads: 0, writes: 90 }, { allowance: soon }),
    planned('The credential ends before', { reads: 0, writes: 900 }, { expiresAt: now + hour }),
    planned("An App's token ends before", { reads: 0, writes: 900 }, { allowance: soon }, 'app'),
  ],
};

/** Why a journal can't be created, as it came to be said here; each is of the system's own words elsewhere. */
function journalFaults(): string[] {
  const attempts = ['', join(tmpdir(), 'no such folder', 'journal'), join(import.meta.filename, 'journal')];
  return attempts.map((path) => {
    const created = createJournal(path, headerFor(['acme/network']), {
      log: new FakeWorkflow(),
      leaveState: () => false,
    });
    if (created.ok) throw new Error('a journal was created');
    return created.error;
  });
}

const writeTestText = 'This was a write test of rotate-thousandeyes-token. It can be deleted.';
const other = { lines: ['acme/network', 'acme/edge/dependabot'] };
const test = 'test acme/edge/dependabot';

export const proofs: Chapter = {
  title: 'Before a token is asked for',
  situations: [
    ...journalFaults().map((fault) =>
      playedRemarks(`The journal cannot be created: ${fault}`, rotate, { journal: fault }),
    ),
    playedRemarks('The note beside the home is refused', rotate, { writes: { [next]: refusedByGitHub } }),
    playedRemarks('… because the store is full', rotate, {
      writes: { [next]: gitHubSays(422, 'Validation Failed') },
      counts: { 'acme/network': 100 },
    }),
    playedRemarks('… or is there already: another run is under way', rotate, { writes: { [next]: 204 } }),
    playedRemarks('A write test is refused', rotate, { writes: { [test]: refusedByGitHub } }, other),
    playedRemarks(
      'GitHub cannot open what is sealed for its own key',
      rotate,
      { writes: { [test]: gitHubSays(422, 'Bad request - validation failed due to an improperly encrypted secret') } },
      other,
    ),
    playedRemarks(
      'A write test is refused for another reason',
      rotate,
      { writes: { [test]: gitHubSays(422, 'Validation Failed') }, counts: { 'acme/edge/dependabot': 100 } },
      other,
    ),
    playedRemarks(
      'Nothing can be sealed for the write test',
      rotate,
      {},
      { ...other, change: cannotSeal(writeTestText) },
    ),
    playedRemarks('A write test cannot be removed', rotate, { deletes: { [test]: gitHubSays(500) } }, other),
  ],
};
