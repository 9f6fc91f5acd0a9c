import { check } from '../../../../src/modes/check.ts';
import { minute } from '../time.ts';
import type { Chapter } from './manuscript.ts';
import { played, playedRemarks } from './playing.ts';

const refused = { kind: 'refused', detail: 'ThousandEyes answered 401 (Invalid access token)' } as const;
const beside = {};

export const currentToken: Chapter = {
  title: 'ThousandEyes and the token in hand',
  situations: [
    played('It is refused (401)', check, { check: refused }),
    playedRemarks(
      '… and the home is in an environment, beside a second secret',
      check,
      { check: refused, secrets: { 'acme/network': beside } },
      { lines: ['acme/network/environments/production'] },
    ),
    playedRemarks(
      '… and the home is the secret of an organization, which some repositories see',
      check,
      { check: refused, secrets: { 'orgs/acme': { access: { visibility: 'selected', selectedRepositoryIds: [1] } } } },
      { lines: ['orgs/acme'] },
    ),
    playedRemarks(
      '… or none',
      check,
      { check: refused, secrets: { 'orgs/acme': { access: { visibility: 'selected', selectedRepositoryIds: [] } } } },
      { lines: ['orgs/acme'] },
    ),
    playedRemarks('ThousandEyes is down', check, {
      check: { kind: 'down', mayPass: true, detail: 'ThousandEyes answered 503 (Maintenance)' },
    }),
    playedRemarks('It cannot be reached, because a setting is wrong', check, {
      check: {
        kind: 'down',
        mayPass: false,
        detail:
          'ThousandEyes gave no answer: the TLS connection to api.thousandeyes.com failed (SELF_SIGNED_CERT_IN_CHAIN; certificates of your own come by NODE_EXTRA_CA_CERTS)',
      },
    }),
    playedRemarks('A proxy answers in its place', check, {
      check: { kind: 'proxy', detail: 'ThousandEyes answered 407' },
    }),
    played('Its answer tells nothing', check, { check: { kind: 'unclear', detail: 'ThousandEyes answered 404' } }),
    playedRemarks('Its rate limit lasts longer than a run waits', check, {
      check: { kind: 'limited', ms: 10 * minute, detail: 'ThousandEyes answered 429 (Too many requests)' },
    }),
  ],
};
