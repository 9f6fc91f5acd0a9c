import { recoverySection } from '../../../../src/action/summary.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { credentialOf } from '../fakes.ts';
import { cannotSeal, type ModeOptions, runMode } from '../mode-run.ts';
import { newToken, rotatedLongAgo } from '../scene.ts';
import { day, minute, now } from '../time.ts';
import type { Chapter, Message, Situation } from './manuscript.ts';
import { gitHubSays, played, playedRemarks, refusedByGitHub } from './playing.ts';

const issued = { kind: 'issued', token: newToken, validUntil: now + 730 * day } as const;
const withOther = { lines: ['acme/network', 'acme/edge'] };
const many = Array.from({ length: 7 }, (_, index) => `acme/edge-${index}`);
const crowd = { lines: ['acme/network', ...Array.from({ length: 90 }, (_, index) => `acme/edge-${index}`)] };
const next = 'acme/network as TE_TOKEN_NEXT';
/** The note goes through, the token behind it does not. */
const nothingKept = { writes: { 'acme/network': refusedByGitHub, [next]: [201, refusedByGitHub] } };
const refusedToken = { kind: 'refused', detail: 'ThousandEyes answered 401' } as const;
const statuses = [403, 404, 410, 422, 500, 502, 418];

/** The run is cancelled while the token is asked for. */
const cancelled: ModeOptions = {
  change: ({ dependencies, cancel }) => ({
    thousandEyes: {
      ...dependencies.thousandEyes,
      regenerate: (token) => {
        cancel();
        return dependencies.thousandEyes.regenerate(token);
      },
    },
  }),
};

/** The section of the job summary for what a run leaves to a person. */
function summary(title: string, githubUrl = 'https://api.github.com'): Situation {
  return {
    title,
    say: async (): Promise<readonly Message[]> => {
      const request = { credential: credentialOf('classic', { githubUrl }) };
      const { outcome } = await runMode(rotate, nothingKept, { lines: ['acme/network'], request });
      if (outcome?.recovery === undefined) throw new Error(`there is nothing to recover in "${title}"`);
      return [{ kind: 'summary', text: recoverySection(outcome.recovery, githubUrl, now) }];
    },
  };
}

export const verifying: Chapter = {
  title: 'The new token is refused, or odd',
  situations: [
    played('ThousandEyes refuses it: it is kept beside the home', rotate, { newCheck: refusedToken }),
    playedRemarks('… or can be kept nowhere', rotate, { ...nothingKept, newCheck: refusedToken }),
    playedRemarks('It cannot stand in a header', rotate, {
      regenerations: { ...issued, token: new Secret('te new token') },
    }),
    playedRemarks('It cannot be checked', rotate, {
      newCheck: { kind: 'down', mayPass: true, detail: 'ThousandEyes answered 503' },
    }),
    playedRemarks('It has no end', rotate, { regenerations: { ...issued, validUntil: undefined } }),
    playedRemarks('Its end is past', rotate, { regenerations: { ...issued, validUntil: now - day } }),
    playedRemarks(
      'It is the one that was in use',
      rotate,
      { regenerations: issued, record: null },
      { request: { currentToken: newToken } },
    ),
  ],
};

export const storing: Chapter = {
  title: 'The new token cannot be stored everywhere',
  situations: [
    played('It is stored', rotate, {}, withOther),
    played('It is stored in many targets', rotate, {}, crowd),
    played('It is stored although the run was cancelled meanwhile', rotate, {}, cancelled),
    played('The home fails', rotate, { writes: { 'acme/network': refusedByGitHub } }, withOther),
    played('Neither the home nor the place beside it can be written', rotate, nothingKept, withOther),
    summary('What the job summary says then'),
    summary('… on a GitHub that gh cannot reach', 'https://ghe.example:8443/api/v3'),
    playedRemarks('Nothing can be sealed for the home', rotate, {}, { change: cannotSeal(newToken.reveal()) }),
    playedRemarks('Someone else wrote the home meanwhile', rotate, {
      secrets: { 'acme/network': [rotatedLongAgo, { ...rotatedLongAgo, updatedAt: now + minute }] },
    }),
    playedRemarks('The home was written, and nothing tells by whom', rotate, {
      writes: { 'acme/network': [gitHubSays(502), 204] },
      secrets: {
        'acme/network': [rotatedLongAgo, rotatedLongAgo, { ...rotatedLongAgo, updatedAt: now + minute }],
      },
    }),
    played('The date of the home does not move', rotate, { secrets: { 'acme/network': rotatedLongAgo } }),
    playedRemarks('… before the run was cancelled', rotate, { secrets: { 'acme/network': rotatedLongAgo } }, cancelled),
    playedRemarks('… because someone deleted it', rotate, {
      secrets: { 'acme/network': [rotatedLongAgo, rotatedLongAgo, gitHubSays(404)] },
    }),
    playedRemarks('The date of the home cannot be read', rotate, {
      secrets: { 'acme/network': [rotatedLongAgo, rotatedLongAgo, refusedByGitHub] },
    }),
    playedRemarks('The home was deleted meanwhile, and is created anew', rotate, { writes: { 'acme/network': 201 } }),
    playedRemarks('The token beside the home cannot be deleted', rotate, { deletes: { [next]: gitHubSays(500) } }),
    played('One other target fails', rotate, { writes: { 'acme/edge': gitHubSays(500) } }, withOther),
    played(
      'Many other targets fail, all alike',
      rotate,
      { writes: Object.fromEntries(many.map((line) => [line, gitHubSays(500)])) },
      { lines: ['acme/network', ...many] },
    ),
    played(
      '… each for its own reason',
      rotate,
      { writes: Object.fromEntries(many.map((line, index) => [line, gitHubSays(statuses[index] ?? 500)])) },
      { lines: ['acme/network', ...many] },
    ),
    playedRemarks(
      'Nothing can be sealed for another target',
      rotate,
      {},
      { ...withOther, change: cannotSeal(newToken.reveal(), 'key of acme/edge') },
    ),
    playedRemarks(
      'A target was deleted meanwhile, and is created anew',
      rotate,
      { writes: { 'acme/edge': 201 } },
      withOther,
    ),
    playedRemarks(
      "An organization's secret was deleted meanwhile",
      rotate,
      { writes: { 'orgs/acme': gitHubSays(404, 'Not Found') } },
      { lines: ['acme/network', 'orgs/acme'] },
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
