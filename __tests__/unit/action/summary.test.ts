import { expect, test } from '@jest/globals';
import { recoverySection, summaryOf } from '../../../src/action/summary.ts';
import { ghVersion } from '../../../src/github/gh-cli.ts';
import { problem } from '../../../src/lib/problem.ts';
import { type Outcome, outcomeOf } from '../../../src/rotation/outcome.ts';
import { resolved } from '../support/fakes.ts';
import { problemOf, quiet, recovery, resultOf } from '../support/outcomes.ts';
import { day, now } from '../support/time.ts';

const url = 'https://api.github.com';
const validUntil = Date.UTC(2028, 10, 23, 19);
const previousUntil = Date.UTC(2026, 11, 7, 19);
const summary = (more: Partial<Outcome>) => summaryOf({ ...quiet, ...more }, url, now);
/** Whichever gh it is that the commands need. */
const anyVersion = (text: string) => text.replaceAll(ghVersion, 'N.N');

test('the summary of a rotation: the result first, then the dates, then each target', () => {
  expect(
    summary({
      headline: 'The token was rotated in 2 targets.',
      rotated: true,
      results: [resultOf('acme/network'), resultOf('acme/edge-eu as OTHER', { status: 'created' })],
      validUntil,
      previousUntil,
    }),
  ).toMatchInlineSnapshot(`
"### ✅ ThousandEyes token: The token was rotated in 2 targets.

The token in place is valid until **2028-11-23** (731 days left). The one before it works until 2026-12-07 19:00 UTC at the latest (14 days left); copies of it that are no targets end then. If it leaked, revoke it by hand.

**Targets**

- ✅ updated: acme/network
- ✅ created: acme/edge-eu as OTHER

"
`);
});

test('the summary of a failure: what happened, what to do, a command in a block of its own, why in a fold', () => {
  const failure = problem(
    'Reading a <b>',
    'GitHub answered 404',
    ['Check it.', 'Store it: `gh secret set X --repo acme/network`', 'Run it.'],
    'It is | so.',
  );
  expect(
    summary({
      headline: 'It failed.',
      problems: [failure],
      warnings: ['Something else.'],
      notices: ['And this.'],
      results: [
        resultOf('acme/edge', { status: 'unchanged' }),
        resultOf('acme/network', { status: 'failed', problem: problemOf('GitHub answered 500 (a | b)') }),
      ],
    }),
  ).toMatchInlineSnapshot(`
"### ❌ ThousandEyes token: It failed.

**Reading a &#60;b&#62;**: GitHub answered 404.

**Do this:**

1. Check it.
2. Store it:

   \`\`\`sh
   gh secret set X --repo acme/network
   \`\`\`

3. Run it.

<details><summary>Why</summary>

It is &#124; so.

</details>

**Targets**

- ❌ failed: acme/network: GitHub answered 500 (a &#124; b)

<details><summary>1 target unchanged</summary>

- acme/edge

</details>

**Note**

- Something else.
- And this.

"
`);
});

test('the summary of a token that could be kept in the journal only: the command, and that a run finishes then', () => {
  expect(
    anyVersion(summary({ headline: 'Not written yet.', problems: [problemOf()], recovery })),
  ).toMatchInlineSnapshot(`
"### ❌ ThousandEyes token: Not written yet.

**Writing it**: GitHub answered 500.

**Do this:**

1. Run it again.

#### Put the token where the next run finds it

1. Run this **by 2026-12-07 19:00 UTC** (14 days left), when the old token stops working at the latest:

\`\`\`sh
gh api --method PUT repos/acme/network/actions/secrets/TE_TOKEN_NEXT -f encrypted_value=abc -f key_id=7
\`\`\`

2. Run this workflow: it finishes.

<details><summary>What this is</summary>

The new token is sealed in the command: GitHub can open it, nobody else. It needs [\`gh\`](https://cli.github.com) N.N or later, logged in with \`gh auth login\` as someone who is allowed to write acme/network as TE_TOKEN_NEXT. It prints \`{}\` or nothing. If GitHub changes the public key of the store, the value is useless.

Was it copied whole? The text behind \`encrypted_value=\` has 3 characters and this SHA-256: \`ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\`. With that text in place of VALUE:

\`\`\`sh
printf %s 'VALUE' | shasum -a 256
\`\`\`

</details>

"
`);
});

test('the command asks for no more than a copy, on a GitHub whose address has a port', () => {
  const section = recoverySection(recovery, 'https://ghe.example:8443/api/v3', now);
  expect(section).toContain('takes no port');
  expect(section).toContain('--hostname ghe.example:8443');
});

test('the page of a check: the record, each target and what is known of it, whose token it is, when the credential ends', () => {
  const outcome = outcomeOf('check', 'A rotation would ask.', {
    results: [
      resultOf('acme/network', { status: 'unchanged', note: 'holds the token, written 3 days ago' }),
      resultOf('acme/edge', { status: 'failed', problem: problemOf('GitHub answered 404') }),
    ],
    record: ['In place since then, by https://github.com/acme/network/actions/runs/7.'],
    user: { name: 'Ada <b>', accountGroup: 'Network' },
    credentialExpiresAt: now + 100 * day,
    validUntil,
  });
  expect(summaryOf(outcome, url, now)).toMatchInlineSnapshot(`
"### ✅ ThousandEyes token: A rotation would ask.

**The record**

- In place since then, by [run 7](https://github.com/acme/network/actions/runs/7).

**Targets**

- **acme/edge**: ❌ GitHub answered 404
- **acme/network**: holds the token, written 3 days ago

The token belongs to Ada &#60;b&#62;, account group Network.

The GitHub credential itself expires on 2027-03-03 (100 days left).

"
`);
});

test('three kinds of problem are in view, and the others are folded away whole', () => {
  const problems = ['a', 'b', 'c', 'd', 'e'].map((cause) => problemOf(cause));
  const [view = '', folded = ''] = summary({ problems }).split('<details><summary>And 2 more problems</summary>');
  expect(view.match(/\*\*Do this/g)).toHaveLength(3);
  expect(folded.match(/\*\*Do this/g)).toHaveLength(2);
});

test('so many problems that GitHub would drop the summary are cut, and counted', () => {
  const problems = Array.from({ length: 400 }, (_, n) =>
    problem(`Reading ${n}`, `${n} ${'&'.repeat(500)}`, 'Check it.'),
  );
  const text = summary({ problems });
  const shown = text.match(/\*\*Do this/g)?.length ?? 0;
  expect(Buffer.byteLength(text)).toBeLessThan(310 * 1024);
  expect(text).toContain(`And ${400 - shown} more problems: see the log.`);
});

test('problems that differ in what was attempted only are one', () => {
  const problems = ['a', 'b', 'c'].map((name) => problem(`Reading ${name}`, 'GitHub answered 404', 'Check it.'));
  const text = summary({ problems });
  expect(text).toContain('**Reading a, b and 1 more**: GitHub answered 404.');
  expect(text.match(/\*\*Do this/g)).toHaveLength(1);
});

test.each([
  ['fine', {}, '✅'],
  ['a warning', { warnings: ['w'] }, '⚠️'],
  ['rotated, with a problem', { rotated: true, problems: [problemOf()] }, '⚠️'],
  ['a problem', { problems: [problemOf()] }, '❌'],
] as const)('the first sign says how it went: %s', (_, more, icon) => {
  expect(summary(more).startsWith(`### ${icon} ThousandEyes token: All is well.`)).toBe(true);
});

test('dates that are not known, or that belong to no rotation of this run, are not said', () => {
  expect(summary({ validUntil })).not.toContain('2028');
  expect(summary({ previousUntil })).not.toContain('2026-12-07');
  expect(summary({ rotated: true })).not.toContain('valid until');
  expect(summaryOf(outcomeOf('sync', 'Written.', { validUntil }), url, now)).toContain(
    '**2028-11-23** (731 days left)',
  );
});

test('whose token it is, as far as that may be shown', () => {
  expect(summary({ user: { name: 'Ada', accountGroup: undefined } })).toContain('The token belongs to Ada.');
  expect(summary({ user: { name: undefined, accountGroup: 'Network' } })).toContain(
    'The token belongs to account group Network.',
  );
});

test('the value in the command can be compared by its length and its hash', () => {
  const section = recoverySection({ ...recovery, next: resolved('acme/network as X_NEXT') }, url, now);
  expect(section).toContain('has 3 characters');
  // printf %s abc | shasum -a 256
  expect(section).toContain('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
