import { expect, test } from '@jest/globals';
import { keptAsideSection, recoverySection, summaryOf, whatToDo } from '../../../src/action/summary.ts';
import { ghVersion } from '../../../src/github/gh-cli.ts';
import type { KeptAside, Outcome, Recovery } from '../../../src/rotation/outcome.ts';
import { resolved } from '../support/fakes.ts';
import { problemOf, quiet, resultOf } from '../support/outcomes.ts';
import { day, now } from '../support/time.ts';

const url = 'https://api.github.com';
const validUntil = Date.UTC(2028, 10, 23, 19);
const previousValidUntil = Date.UTC(2026, 11, 7, 19);
const recovery: Recovery = {
  home: resolved('acme/network'),
  body: { encrypted_value: 'abc', key_id: '7' },
  validity: { validUntil, previousValidUntil },
};
const keptAside: KeptAside = { kind: 'token', ...recovery };
/** Whichever gh it is that the commands need. */
const anyVersion = (text: string) => text.replaceAll(ghVersion, 'N.N');
const summary = (more: Partial<Outcome>) => summaryOf({ ...quiet, ...more }, url, now);

test('the summary of a rotation: the result first, then the dates, then each target', () => {
  expect(
    summary({
      headline: 'The token was rotated in 2 targets.',
      rotated: true,
      results: [resultOf('acme/network'), resultOf('acme/edge-eu as OTHER', { status: 'created' })],
      issuedAt: now,
      validUntil,
      previousValidUntil,
    }),
  ).toMatchInlineSnapshot(`
"### ✅ ThousandEyes token: The token was rotated in 2 targets.

The token in place is valid until **2028-11-23** (731 days left). The one before it works until 2026-12-07 19:00 UTC at the latest (14 days left); if it leaked, revoke it by hand.

| result | target | secret |
| --- | --- | --- |
| ✅ updated | acme/network | TE_TOKEN |
| ✅ created | acme/edge-eu | OTHER |

"
`);
});

test('the summary of a home that could not be written: what to run comes before the cause', () => {
  expect(
    anyVersion(
      summary({
        headline: 'A new token was issued, but acme/network could not be written yet.',
        problems: [problemOf()],
        warnings: ['Something else.'],
        notices: ['And this.'],
        results: [
          resultOf('acme/edge', { status: 'unchanged' }),
          resultOf('acme/network', { status: 'failed', problem: problemOf('GitHub answered 500 (a | b)') }),
        ],
        previousValidUntil,
        recovery,
      }),
    ),
  ).toMatchInlineSnapshot(`
"### ❌ ThousandEyes token: A new token was issued, but acme/network could not be written yet.

The token in use works until **2026-12-07 19:00 UTC** at the latest (14 days left).

#### Finish by hand: acme/network

If a ✅ of the post step follows below, there is nothing to do.

1. Run this, **by 2026-12-07 19:00 UTC** (14 days left), when the old token stops working at the latest. It needs [\`gh\`](https://cli.github.com) N.N or later, logged in with \`gh auth login\` as someone who may write this secret. Success prints nothing.

\`\`\`sh
gh api --method PUT repos/acme/network/actions/secrets/TE_TOKEN -f encrypted_value=abc -f key_id=7
\`\`\`

2. Run this workflow with \`mode: sync\`, for the other targets.

The new token is sealed in the command: GitHub can open it, nobody else; it is valid until 2028-11-23. If GitHub changes the public key of the store, the value is of no use any more.

<details><summary>Was the command copied whole?</summary>

The text behind \`encrypted_value=\` has 3 characters and this SHA-256: \`ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\`. With that text in place of VALUE:

\`\`\`sh
printf %s 'VALUE' | shasum -a 256
\`\`\`

</details>

**What to do**

- **Writing it**: GitHub answered 500. Run it again.

**Note**

- Something else.
- And this.

| result | target | secret |
| --- | --- | --- |
| ❌ failed | acme/network: GitHub answered 500 (a &#124; b) | TE_TOKEN |
| unchanged | acme/edge | TE_TOKEN |

"
`);
});

test('the summary of a token that is kept aside: how to store it under another name, and how to try it there', () => {
  expect(
    anyVersion(summary({ headline: 'It does not work.', problems: [problemOf()], previousValidUntil, keptAside })),
  ).toMatchInlineSnapshot(`
"### ❌ ThousandEyes token: It does not work.

The token in use works until **2026-12-07 19:00 UTC** at the latest (14 days left).

#### Kept aside: the new token

It is sealed for acme/network, and stored nowhere yet; it is valid until 2028-11-23. The old token works **until 2026-12-07 19:00 UTC** (14 days left) at the latest.

1. Store it under another name, \`TE_TOKEN_KEPT\`, beside the home. It needs [\`gh\`](https://cli.github.com) N.N or later, logged in with \`gh auth login\` as someone who may write this secret. Success prints \`{}\` for a new secret, else nothing.

\`\`\`sh
gh api --method PUT repos/acme/network/actions/secrets/TE_TOKEN_KEPT -f encrypted_value=abc -f key_id=7
\`\`\`

2. Try it: run this workflow with \`thousandeyes-token: \${{ secrets.TE_TOKEN_KEPT }}\`, \`targets: acme/network as TE_TOKEN_KEPT\` and \`mode: check\`.

3. Once that is green, run the command of step 1 again with \`TE_TOKEN\` in place of \`TE_TOKEN_KEPT\`, then this workflow with \`mode: sync\`. A sealed value belongs to the store, not to the name.

<details><summary>Was the command copied whole?</summary>

The text behind \`encrypted_value=\` has 3 characters and this SHA-256: \`ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\`. With that text in place of VALUE:

\`\`\`sh
printf %s 'VALUE' | shasum -a 256
\`\`\`

</details>

**What to do**

- **Writing it**: GitHub answered 500. Run it again.

"
`);
});

test('the summary of an answer that is kept aside: where the token may be in it', () => {
  expect(
    anyVersion(keptAsideSection({ ...keptAside, kind: 'answer', validity: { previousValidUntil } }, url, now)),
  ).toMatchInlineSnapshot(`
"#### Kept aside: ThousandEyes' answer

It is sealed for acme/network, and stored nowhere yet. The old token works **until 2026-12-07 19:00 UTC** (14 days left) at the latest.

1. Store it under another name, \`TE_TOKEN_KEPT\`, beside the home. It needs [\`gh\`](https://cli.github.com) N.N or later, logged in with \`gh auth login\` as someone who may write this secret. Success prints \`{}\` for a new secret, else nothing.

\`\`\`sh
gh api --method PUT repos/acme/network/actions/secrets/TE_TOKEN_KEPT -f encrypted_value=abc -f key_id=7
\`\`\`

2. What is in it is the whole answer of ThousandEyes. In a job, look for the token in \`\${{ secrets.TE_TOKEN_KEPT }}\` without printing it: \`fromJSON(secrets.TE_TOKEN_KEPT).bearerToken\` where it is JSON.

3. If it is there, store it as \`TE_TOKEN\`, then run this workflow with \`mode: sync\`; else recover as "What to do" says.

<details><summary>Was the command copied whole?</summary>

The text behind \`encrypted_value=\` has 3 characters and this SHA-256: \`ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\`. With that text in place of VALUE:

\`\`\`sh
printf %s 'VALUE' | shasum -a 256
\`\`\`

</details>"
`);
});

test('the summary of nothing', () => {
  expect(summary({})).toBe('### ✅ ThousandEyes token: All is well.\n\n');
});

test.each([
  ['✅', {}],
  ['⚠️', { warnings: ['w'] }],
  ['❌', { problems: [problemOf()], warnings: ['w'] }],
  ['⚠️', { problems: [problemOf()], rotated: true }],
])('the mark of the summary: %s', (mark, more) => {
  expect(summary(more)).toMatch(new RegExp(`^### ${mark} Th`, 'u'));
});

test.each([
  ['the new one alone', { validUntil }, 'The token in place is valid until **2028-11-23** (731 days left).'],
  [
    'not rotated',
    { previousValidUntil },
    'The token in use works until **2026-12-07 19:00 UTC** at the latest (14 days left).',
  ],
  ['over', { validUntil: now - day }, 'The token in place is valid until **2026-11-22** (over).'],
])('the dates in the summary: %s', (_, more, line) => {
  expect(summary(more)).toBe(`### ✅ ThousandEyes token: All is well.\n\n${line}\n\n`);
});

test('whose token it is stands in the summary where that may be shown, as text', () => {
  const user = (name: string | undefined, accountGroup: string | undefined) =>
    summary({ user: { name, accountGroup } }).split('\n\n')[1];
  expect(user('Ada <b>', 'Network')).toBe('The token belongs to Ada &#60;b&#62;, account group Network.');
  expect(user('Ada', undefined)).toBe('The token belongs to Ada.');
  expect(user(undefined, 'Network')).toBe('The token belongs to account group Network.');
});

test('the end of the GitHub credential is told last in the summary', () => {
  const text = summary({ results: [resultOf('acme/network')], credentialExpiresAt: now + 40 * day });
  expect(text).toMatch(/ \|\n\nThe GitHub credential itself expires on 2027-01-02 \(40 days left\)\.\n\n$/);
});

test('the way to finish by hand without an end of the new token, and its place on a server of its own', () => {
  const text = recoverySection(
    { ...recovery, validity: { previousValidUntil } },
    'https://ghes.acme.example/api/v3',
    now,
  );
  expect(text).toContain('GitHub can open it, nobody else. If GitHub changes');
  expect(text).toContain(
    'gh api --method PUT --hostname ghes.acme.example repos/acme/network/actions/secrets/TE_TOKEN',
  );
});

test('the way to finish by hand says where gh cannot reach this GitHub as it stands', () => {
  const text = recoverySection(recovery, 'https://ghes.acme.example:8443/api/v3', now);
  expect(text).toMatch(
    /takes no port, and this GitHub is at ghes\.acme\.example:8443, so the command needs an address/,
  );
});

test('a secret with the longest name is kept aside under one that GitHub takes', () => {
  const home = resolved(`acme/network as ${'N'.repeat(255)}`);
  const name = /`(N+_KEPT)`/.exec(keptAsideSection({ ...keptAside, home }, url, now))?.[1];
  expect(name?.length).toBeLessThanOrEqual(255);
});

test('text from outside is text everywhere in the summary', () => {
  const evil = '</details><script>|\n| x | y |';
  const result = resultOf('acme/network', { status: 'failed', problem: problemOf(evil) });
  const named = { ...result, resolved: { ...result.resolved, publicName: evil } };
  const home = { ...recovery.home, publicName: evil };
  const text = summary({
    ...{ headline: evil, results: [named], problems: [problemOf(evil)], warnings: [evil] },
    ...{ user: { name: evil, accountGroup: evil }, recovery: { ...recovery, home }, keptAside: { ...keptAside, home } },
  });
  const lines = text.split('\n');
  expect(lines.filter((line) => line.startsWith('|'))).toHaveLength(3);
  expect(text.replaceAll('</details>', '').replaceAll('<details>', '')).not.toContain('<script');
  // Two folds of our own: how to check the copies.
  expect(text.match(/<\/details>/g)).toHaveLength(2);
});

test('what to do names in bold what was tried; without a problem it is left out', () => {
  expect(whatToDo([problemOf()])).toBe('**What to do**\n\n- **Writing it**: GitHub answered 500. Run it again.');
  expect(whatToDo([])).toBeUndefined();
});
