import { describe, expect, test } from '@jest/globals';
import * as problems from '../../src/thousandeyes-problems.ts';
import { target } from '../support/unit-ports.ts';

const home = target('acme/network');
const written = Date.UTC(2026, 10, 20, 8, 30);
const byHand =
  'In ThousandEyes, open Manage > Account Settings > Users and Roles > Profile > User API Tokens; revoke, then create (revoking ends the old token at once, so be ready); store the new one with `gh secret set TE_TOKEN --repo acme/network`; then run this workflow with `mode: sync`.';
const checking = 'Checking the current token (GET /users/current)';
const asking = 'Asking ThousandEyes for a new token (POST /api-tokens)';

describe('each message says what was tried, what came back, what to do', () => {
  test.each([
    ['recovery', { message: problems.recoveryByHand(home) }, byHand],
    [
      'the current token is refused',
      problems.currentTokenRefused('ThousandEyes answered 401', home),
      `${checking}: ThousandEyes answered 401, so it does not accept the token. First start a fresh run: a run that waited in the queue, or a re-run, may hold an older value than the secret does now. If that fails too, the token expired, was revoked, or its account is locked: make one in ThousandEyes (Manage > Account Settings > Users and Roles > Profile > User API Tokens) and store it with \`gh secret set TE_TOKEN --repo acme/network\`.`,
    ],
    [
      'the current token can not be checked',
      problems.currentTokenUnchecked('ThousandEyes answered 500'),
      `${checking}: ThousandEyes answered 500. Start the run again later; if it stays so, see that \`thousandeyes-api-url\` is right and that the runner reaches it.`,
    ],
    [
      'a proxy answered',
      problems.proxyAnswered('ThousandEyes answered 407'),
      `${checking}: ThousandEyes answered 407. This is no answer of ThousandEyes but of a proxy between the runner and it: see the proxy variables of the runner (https_proxy, no_proxy) and what the proxy allows.`,
    ],
    [
      '403',
      problems.regenerateRefused('ThousandEyes answered 403', 403, home),
      `${asking}: ThousandEyes answered 403. Nothing was issued. The role of the token's account lacks API access: in ThousandEyes, give it a role with the permission "API access", then start the run again.`,
    ],
    [
      '401',
      problems.regenerateRefused('ThousandEyes answered 401', 401, home),
      `${asking}: ThousandEyes answered 401. Nothing was issued. The token was accepted a moment ago: someone revoked it meanwhile, or a fresh run holds a newer one. Start a fresh run; if that fails too: ${byHand}`,
    ],
    [
      '404',
      problems.regenerateRefused('ThousandEyes answered 404', 404, home),
      `${asking}: ThousandEyes answered 404. Nothing was issued. See that \`thousandeyes-api-url\` is the base of ThousandEyes' API version 7.`,
    ],
    [
      'unsent',
      problems.regenerateUnsent('the connection was refused'),
      `${asking}: the connection was refused; the request never left the runner. Nothing was issued and nothing was changed. Start the run again later.`,
    ],
    [
      'limited',
      problems.regenerateLimited('429', false),
      `${asking}: 429, longer than a run should wait. Nothing was issued: the rate limit of the ThousandEyes organization is used up by others. Start the run again later.`,
    ],
    [
      'two active tokens, and an old home',
      problems.twoActiveTokens('409', { target: home, shown: 'acme/network' }, { updatedAt: written }, false),
      `${asking}: 409: the account has two active tokens. acme/network was last written on 2026-11-20, over 15 days ago, so no rotation of it explains this. Nothing was issued now. Someone regenerated the token elsewhere, or an answer got lost, and the token in hand may be the older of the two, with at most 14 days to live. Look whether another place (a person, another repository or workflow) holds a newer token; if so, store that one with \`gh secret set TE_TOKEN --repo acme/network\` and run \`mode: sync\`. If not: ${byHand}`,
    ],
    [
      'issued and lost',
      problems.issuedAndLost(['500', '409'], home, written),
      `${asking}: 500; then 409. A token was issued and lost: it was made, but did not reach this run, and ThousandEyes shows it only once. The token in use still works, until 2026-11-20 at the latest. Before that: ${byHand}`,
    ],
    [
      'the overlap, or lost',
      problems.overlapOrLost(['500', '409'], 'acme/network', written, written + 14 * 24 * 3_600_000),
      `${asking}: 500; then 409. It can't be told whether a token was issued and lost, or whether this is the usual overlap with the token before: acme/network was last written on 2026-11-20. Do NOT revoke anything yet: the token in use works. Start a run after 2026-12-04: if that one gets 409 too, a token was lost, and its message says how to recover.`,
    ],
    [
      'unknown',
      problems.unknownWhetherIssued(['500', '500'], home),
      `${asking}: 500; then 500. It is unknown whether a token was issued. To find out, look at Manage > Account Settings > Users and Roles > Profile > User API Tokens in ThousandEyes, or start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost. Then: ${byHand}`,
    ],
    [
      'the new token is refused',
      problems.newTokenRefused('401', home, 'acme/network', written),
      `Checking the new token (GET /users/current): 401. The old token stays in place in acme/network and works until 2026-11-20 08:30 UTC at the latest; the new one was stored nowhere. Before that: ${byHand}`,
    ],
  ])('%s', (_, { message }, expected) => {
    expect(message).toBe(expected);
  });

  test('a home that was only created, and a cancelled wait', () => {
    const name = { target: home, shown: 'acme/network' };
    expect(problems.twoActiveTokens('409', name, { updatedAt: written }, true).cameBack).toBe(
      '409: the account has two active tokens. acme/network was created on 2026-11-20 and never updated since, so no rotation wrote it',
    );
    expect(problems.regenerateLimited('429', true).cameBack).toBe('429, and the run was cancelled');
  });
});
