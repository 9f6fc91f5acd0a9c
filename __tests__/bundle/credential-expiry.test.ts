import { expect, test } from '@jest/globals';
import { DAY } from '../../sandbox/clocks/clock.ts';
import type { CredentialKind } from '../../sandbox/github/access/credentials.ts';
import { startWorld } from '../../sandbox/world.ts';

async function warningsOf(kind: CredentialKind, token: string, days: number, mode = 'rotate') {
  await using world = await startWorld();
  const expiresAt = world.clock.now() + days * DAY;
  world.github.addCredential(token, { kind, expiresAt });
  const result = await world.run({ with: { 'github-token': token, mode } });
  expect(result.exitCode).toBe(0);
  const warnings = result.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
  return { warnings, summary: result.summary, on: new Date(expiresAt).toISOString().slice(0, 10) };
}

test.each(['rotate', 'check'])(
  'a credential that expires within 30 days is a warning in mode %s, also in the summary',
  async (mode) => {
    const { warnings, summary, on } = await warningsOf('fine-grained', 'github_pat_soon', 29, mode);
    expect(warnings).toEqual([expect.stringContaining(`The GitHub credential expires on ${on}`)]);
    expect(summary).toContain(`The GitHub credential expires on ${on}`);
  },
);

test('a credential that lives longer is none', async () => {
  expect((await warningsOf('classic', 'ghp_later', 31)).warnings).toEqual([]);
});

test("an App's token, which lives for an hour, is none", async () => {
  expect((await warningsOf('app', 'ghs_hour', 1 / 24)).warnings).toEqual([]);
});
