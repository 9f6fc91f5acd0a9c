import { keptAsideSection, recoverySection } from '../../../../src/action/summary.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { credentialOf } from '../fakes.ts';
import { cannotSeal, runMode } from '../mode-run.ts';
import { newToken } from '../scene.ts';
import { day, now } from '../time.ts';
import type { Chapter, Message, Situation } from './manuscript.ts';
import { gitHubSays, played, playedRemarks, refusedByGitHub } from './playing.ts';

const issued = { kind: 'issued', token: newToken, validUntil: now + 730 * day } as const;
const withOther = { lines: ['acme/network', 'acme/edge'] };
const many = { lines: ['acme/network', ...Array.from({ length: 7 }, (_, index) => `acme/edge-${index}`)] };

const crowd = { lines: ['acme/network', ...Array.from({ length: 90 }, (_, index) => `acme/edge-${index}`)] };

/** The section of the job summary for what a run leaves to a person. */
function summary(
  title: string,
  what: 'recovery' | 'keptAside',
  ...[options, more]: [Parameters<typeof runMode>[1], Parameters<typeof runMode>[2]?]
): Situation {
  return {
    title,
    say: async (): Promise<readonly Message[]> => {
      const { outcome } = await runMode(rotate, options, { lines: ['acme/network'], ...more });
      const url = more?.request?.credential?.githubUrl ?? 'https://api.github.com';
      const { recovery, keptAside } = outcome ?? {};
      const text =
        what === 'recovery'
          ? recovery && recoverySection(recovery, url, now)
          : keptAside && keptAsideSection(keptAside, url, now);
      if (text === undefined) throw new Error(`no ${what} in "${title}"`);
      return [{ kind: 'summary', text }];
    },
  };
}

const refusedToken = { kind: 'refused', detail: 'ThousandEyes answered 401' } as const;
const unreadable = {
  kind: 'unreadable',
  detail: 'ThousandEyes answered 201 without a token in it',
  content: newToken,
} as const;

export const verifying: Chapter = {
  title: 'The new token is refused, or odd',
  situations: [
    played('ThousandEyes refuses it: it is kept aside', rotate, { newCheck: refusedToken }),
    playedRemarks('It cannot stand in a header', rotate, {
      regenerations: { ...issued, token: new Secret('te new token') },
    }),
    summary('What the job summary says then', 'keptAside', { newCheck: refusedToken }),
    summary('What it says of an answer from which no token could be read', 'keptAside', {
      regenerations: [unreadable, { kind: 'conflict', detail: 'ThousandEyes answered 409' }],
    }),
    playedRemarks('It cannot be checked', rotate, {
      newCheck: { kind: 'down', mayPass: true, detail: 'ThousandEyes answered 503' },
    }),
    playedRemarks('It has no end', rotate, { regenerations: { ...issued, validUntil: undefined } }),
    playedRemarks('Its end is past', rotate, { regenerations: { ...issued, validUntil: now - day } }),
    playedRemarks(
      'It is the one that was in use',
      rotate,
      { regenerations: issued },
      { request: { currentToken: newToken } },
    ),
  ],
};

export const storing: Chapter = {
  title: 'The new token cannot be stored everywhere',
  situations: [
    played('It is stored', rotate, {}, withOther),
    played('It is stored in many targets', rotate, {}, crowd),
    played(
      'It is stored although the run was cancelled meanwhile',
      rotate,
      {},
      {
        change: ({ dependencies, cancel }) => ({
          thousandEyes: {
            ...dependencies.thousandEyes,
            regenerate: (token) => {
              cancel();
              return dependencies.thousandEyes.regenerate(token);
            },
          },
        }),
      },
    ),
    played('The home fails', rotate, { writes: { 'acme/network': refusedByGitHub } }, withOther),
    playedRemarks(
      '… and the journal could not be written',
      rotate,
      { writes: { 'acme/network': refusedByGitHub } },
      {
        change: ({ journal }) => {
          journal.isWritable = false;
          return {};
        },
      },
    ),
    summary('What the job summary says then', 'recovery', { writes: { 'acme/network': refusedByGitHub } }),
    summary(
      '… on a GitHub that gh cannot reach',
      'recovery',
      { writes: { 'acme/network': refusedByGitHub } },
      {
        request: { credential: credentialOf('classic', { githubUrl: 'https://ghe.example:8443/api/v3' }) },
      },
    ),
    playedRemarks("GitHub refuses what is sealed for the home's own key", rotate, {
      writes: { 'acme/network': gitHubSays(422, 'Bad request') },
    }),
    playedRemarks('Nothing can be sealed for the home', rotate, {}, { change: cannotSeal(newToken.reveal()) }),
    played('One other target fails', rotate, { writes: { 'acme/edge': gitHubSays(500) } }, withOther),
    played(
      'Many other targets fail',
      rotate,
      { writes: Object.fromEntries(many.lines.slice(1).map((line) => [line, gitHubSays(500)])) },
      many,
    ),
    playedRemarks(
      'Nothing can be sealed for another target',
      rotate,
      {},
      {
        ...withOther,
        change: cannotSeal(newToken.reveal(), 'key of acme/edge'),
      },
    ),
    playedRemarks('A target was deleted meanwhile, and is created anew', rotate, { writes: { 'acme/network': 201 } }),
    playedRemarks(
      "An organization's secret was deleted meanwhile",
      rotate,
      { writes: { 'orgs/acme': gitHubSays(404, 'Not Found') } },
      { lines: ['acme/network', 'orgs/acme'] },
    ),
    played('The date of the home does not move', rotate, {
      secrets: { 'acme/network': { updatedAt: now - 300 * day } },
    }),
    playedRemarks(
      'The expiry variable cannot be written',
      rotate,
      { variableWrite: refusedByGitHub },
      { request: { expiryVariable: 'TE_EXPIRY' } },
    ),
    playedRemarks(
      '… because there is no date',
      rotate,
      { regenerations: { ...issued, validUntil: undefined } },
      { request: { expiryVariable: 'TE_EXPIRY' } },
    ),
    playedRemarks(
      'The output token cannot be set',
      rotate,
      {},
      {
        request: { exposeToken: true },
        change: ({ log }) => {
          log.broken.add('output');
          return {};
        },
      },
    ),
  ],
};
