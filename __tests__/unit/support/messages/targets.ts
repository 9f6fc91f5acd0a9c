import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../../../../src/modes/check.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { affordRequests } from '../../../../src/rotation/budget.ts';
import { createJournal } from '../../../../src/rotation/journal.ts';
import { credentialOf, FakeWorkflow } from '../fakes.ts';
import { cannotSeal } from '../mode-run.ts';
import { type ResolveOptions, resolve } from '../resolving.ts';
import { type SceneOptions, sceneOf } from '../scene.ts';
import { day, hour, minute, now } from '../time.ts';
import { type Chapter, type Message, type Situation, situation } from './manuscript.ts';
import { gitHubSays, logLines, played, playedRemarks, refusedByGitHub } from './playing.ts';

const notFound = gitHubSays(404, 'Not Found');
const withOther = { lines: ['acme/network', 'acme/edge'] };

export const preflight: Chapter = {
  title: 'A target, a store or a date is not as it must be',
  situations: [
    played('The home is archived', check, { repositories: { 'acme/network': { archived: true } } }),
    playedRemarks('A target is disabled', check, { repositories: { 'acme/edge': { disabled: true } } }, withOther),
    playedRemarks('The home has no such secret', check, { secrets: { 'acme/network': notFound } }),
    playedRemarks('A target has no such secret', check, { secrets: { 'acme/edge': notFound } }, withOther),
    playedRemarks(
      'An organization has no such secret',
      check,
      { secrets: { 'orgs/acme': notFound } },
      {
        lines: ['acme/network', 'orgs/acme'],
      },
    ),
    playedRemarks(
      'A user has no such secret',
      check,
      { secrets: { 'user/codespaces': notFound } },
      {
        lines: ['acme/network', 'user/codespaces'],
      },
    ),
    playedRemarks("A store's key cannot be read", check, { keys: { 'acme/network': refusedByGitHub } }),
    playedRemarks('Nothing can be sealed for a key', check, { badKey: 'k' }),
    playedRemarks('libsodium cannot be loaded', check, { sealer: 'one of its files is missing or broken' }),
    playedRemarks('A date is in the future', check, { secrets: { 'acme/network': { updatedAt: now + 300 * day } } }),
    playedRemarks(
      'A job may read another secret than the environment that is the home',
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
      'A job may read another secret than the organization’s',
      check,
      {},
      { lines: ['acme/edge', 'orgs/acme'] },
    ),
    played('Two problems', check, { secrets: { 'acme/network': notFound, 'acme/edge': notFound } }, withOther),
  ],
};

export const expiryVariable: Chapter = {
  title: 'The expiry variable cannot be read',
  situations: [
    playedRemarks('It may not be', check, { variable: refusedByGitHub }, { request: { expiryVariable: 'TE_EXPIRY' } }),
    playedRemarks(
      '… beside an environment',
      check,
      { variable: refusedByGitHub },
      { lines: ['acme/network/environments/live'], request: { expiryVariable: 'TE_EXPIRY' } },
    ),
    playedRemarks(
      '… beside an organization',
      check,
      { variable: refusedByGitHub },
      { lines: ['orgs/acme'], request: { expiryVariable: 'TE_EXPIRY' } },
    ),
    playedRemarks(
      'It holds no date',
      check,
      { variable: { value: 'in two years', updatedAt: now } },
      {
        request: { expiryVariable: 'TE_EXPIRY' },
      },
    ),
  ],
};

function expanded(title: string, options: ResolveOptions): Situation {
  return {
    title,
    say: async () => {
      const { result, log } = await resolve('acme/net*', options);
      for (const line of log) logLines.add(line);
      if (result.ok) throw new Error('the pattern was expanded');
      return situation(title, ...result.error.problems).say();
    },
  };
}

export const patterns: Chapter = {
  title: 'A pattern cannot be expanded',
  situations: [
    expanded('The owner cannot be listed', { unlisted: { acme: refusedByGitHub } }),
    expanded('It finds nothing', { names: ['network'], secrets: { 'acme/network': notFound } }),
    expanded('A find cannot be read', { names: ['network'], secrets: { 'acme/network': refusedByGitHub } }),
    expanded('… and may not be named', {
      names: ['network', 'net-2'],
      eventSaysPublic: true,
      secrets: { 'acme/network': refusedByGitHub, 'acme/net-2': refusedByGitHub },
    }),
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
    say: async (): Promise<readonly Message[]> => {
      const { dependencies, log } = sceneOf(options);
      const found = await affordRequests(plan, credentialOf(kind), dependencies);
      for (const each of log.lines) logLines.add(each);
      return found === undefined ? log.lines.map((text) => ({ kind: 'log', text })) : situation(title, found).say();
    },
  };
}

export const budget: Chapter = {
  title: "GitHub's limits, or the credential's life, cannot carry all writes",
  situations: [
    planned(
      'The limit is too low',
      { reads: 900, writes: 1200 },
      { allowance: { limit: 1000, remaining: 900, resetAt: now } },
    ),
    planned(
      'The reset is too far away',
      { reads: 3, writes: 90 },
      { allowance: { limit: 5000, remaining: 50, resetAt: now + 2 * hour } },
    ),
    planned(
      'The reset is waited for',
      { reads: 0, writes: 90 },
      { allowance: { limit: 5000, remaining: 50, resetAt: now + 5 * minute } },
    ),
    planned('The credential ends before', { reads: 0, writes: 900 }, { expiresAt: now + hour }),
    planned(
      "An App's token ends before",
      { reads: 0, writes: 900 },
      { allowance: { limit: 5000, remaining: 50, resetAt: now + 5 * minute } },
      'app',
    ),
  ],
};

/** Why a journal can't be created. */
function journalFaults(): string[] {
  const header = { kind: 'run', pid: 1, targets: [] } as const;
  const attempts = ['', join(tmpdir(), 'no such folder'), tmpdir()];
  return attempts.map((folder) => {
    const created = createJournal(folder, header, { log: new FakeWorkflow(), leaveState: () => false });
    if (created.ok) throw new Error('a journal was created');
    return created.error;
  });
}

const writeTestText = 'This was a write test of rotate-thousandeyes-token. It can be deleted.';

export const probes: Chapter = {
  title: 'Before a token is asked for',
  situations: [
    ...journalFaults().map((fault) =>
      playedRemarks(`The journal cannot be created: ${fault}`, rotate, { journal: fault }),
    ),
    played('A write test is refused', rotate, { writes: { 'test acme/network': refusedByGitHub } }),
    playedRemarks('GitHub cannot open what is sealed for its own key', rotate, {
      writes: {
        'test acme/network': gitHubSays(422, 'Bad request - validation failed due to an improperly encrypted secret'),
      },
    }),
    playedRemarks('A write test is refused for another reason', rotate, {
      writes: { 'test acme/network': gitHubSays(422, 'Validation Failed') },
      counts: { 'acme/network': 100 },
    }),
    playedRemarks('Nothing can be sealed for the write test', rotate, {}, { change: cannotSeal(writeTestText) }),
    playedRemarks('A write test cannot be removed', rotate, { deletes: { 'acme/network': gitHubSays(500) } }),
    playedRemarks(
      'The journal was taken away',
      rotate,
      {},
      {
        change: ({ journal }) => {
          journal.isClaimable = false;
          return {};
        },
      },
    ),
  ],
};
