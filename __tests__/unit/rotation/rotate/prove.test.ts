import { describe, expect, it } from '@jest/globals';
import { Cancelled } from '../../../../src/lib/cancellation.ts';
import type { RetryPolicy } from '../../../../src/lib/retry.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { fingerprintOf } from '../../../../src/rotation/record/record.ts';
import { gitHubAnswer, target } from '../../support/fakes.ts';
import { beside } from '../../support/left-next.ts';
import { type ModeOptions, runMode } from '../../support/mode-run.ts';
import { currentToken, rotatedLongAgo, runUrl, type SceneOptions, usualRecord } from '../../support/scene.ts';
import { minute, now, second } from '../../support/time.ts';

const home = 'acme/network';
const refusal = gitHubAnswer(403);
const oops = gitHubAnswer(500, { detail: '500 (oops)' });
/** Two of them have owners of their own, so that each takes a write test. */
const lines = [home, 'acme/edge', 'octo-org/edge', 'globex/edge'];
const tests = ['test octo-org/edge', 'test globex/edge'] as const;
const rotated = (options: SceneOptions = {}, more: ModeOptions = {}) =>
  runMode(rotate, { record: usualRecord(), ...options }, { lines, ...more });
const wasAsked = (steps: readonly string[]) => steps.includes('POST /api-tokens');

describe('what is to be written', () => {
  const withLimit = (limit: number) => rotated({ allowance: { limit, remaining: limit, resetAt: now + 60 * minute } });

  it('is not begun where the rate limit does not carry all of it', async () => {
    // The note, two write tests and their deletions, the token, four targets, the record, and the end of the note; ten in reserve.
    const { steps, outcome, problems } = await withLimit(21);
    expect(steps).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('12 writes')]);
    expect(outcome).toMatchObject({ mode: 'rotate', rotated: false });
  });

  it('is all written where it does', async () => {
    expect((await withLimit(22)).outcome).toMatchObject({ rotated: true, problems: [] });
  });
});

describe('the journal', () => {
  it('begins with what the post step must know of the run', async () => {
    const access = { visibility: 'private' } as const;
    const { journal } = await rotated(
      { secrets: { 'orgs/acme': { access }, 'acme/new': gitHubAnswer(404) } },
      { lines: [home, 'orgs/acme', 'acme/new'], request: { createMissing: true } },
    );
    const { updatedAt } = rotatedLongAgo;
    expect(journal.header).toEqual({
      kind: 'run',
      pid: process.pid,
      targets: [
        { target: target(home), name: home, isFound: false, access: {}, updatedAt },
        { target: target('orgs/acme'), name: 'orgs/acme', isFound: false, access, updatedAt },
        { target: target('acme/new'), name: 'acme/new', isFound: false, access: {}, updatedAt: undefined },
      ],
      token: fingerprintOf(currentToken),
      run: runUrl,
      credential: { key: 'a key', hash: 'a hash' },
    });
  });

  it('tells the note beside the home from the token that is written over it', async () => {
    const { journal } = await rotated();
    const written = journal.lines.flatMap((line) => (line.kind === 'next written' ? [line.isToken] : []));
    expect(written).toEqual([false, false, true]);
  });
});

describe('the note beside the home', () => {
  it('is not broken off by a cancel: whoever does not know whether it was written can not delete it', async () => {
    const used: (RetryPolicy | undefined)[] = [];
    await rotated(
      {},
      {
        change: ({ dependencies: { secrets } }) => ({
          secrets: {
            ...secrets,
            write: (resolved, sealed, policy, options) => {
              if (resolved.name === beside) used.push(policy);
              return secrets.write(resolved, sealed, policy, options);
            },
          },
        }),
      },
    );
    expect(used[0]).toMatchObject({ total: 20 * second, stoppable: false });
  });

  it('is deleted where it was broken off all the same: GitHub may have heard of it', async () => {
    const secrets = { [beside]: [gitHubAnswer(404), { updatedAt: now }] };
    const { steps, thrown } = await rotated({ secrets, writes: { [beside]: new Cancelled() } });
    expect(thrown).toBeInstanceOf(Cancelled);
    expect(steps).toContain(`DELETE ${beside}`);
    expect(wasAsked(steps)).toBe(false);
  });

  it.each([0, 500, 502])('may be there after an attempt whose answer got lost: %s', async (status) => {
    expect(wasAsked((await rotated({ writes: { [beside]: [gitHubAnswer(status), 204] } })).steps)).toBe(true);
    const secrets = { [beside]: [gitHubAnswer(404), { updatedAt: now }] };
    const { steps } = await rotated({ secrets, writes: { [beside]: gitHubAnswer(status) } });
    expect(steps).toContain(`DELETE ${beside}`);
    expect(wasAsked(steps)).toBe(false);
  });
});

describe('what could not be proven', () => {
  it.each<[what: string, isFinished: boolean, deletes: SceneOptions['deletes']]>([
    ['and nothing is left', true, {}],
    ['and the note can not be deleted', false, { [beside]: oops }],
    ['and a write test can not be deleted', false, { [tests[0]]: oops }],
    ['and neither can be deleted', false, { [beside]: oops, [tests[1]]: oops }],
  ])('is left to the post step only where something is there: %s', async (_, isFinished, deletes = {}) => {
    const { steps, outcome } = await rotated({ recordWrites: refusal, deletes });
    expect(wasAsked(steps)).toBe(false);
    expect(steps.includes('finish')).toBe(isFinished);
    expect(outcome?.warnings).toHaveLength(tests.filter((test) => test in deletes).length);
  });

  it('is told with every warning: of reading, of write tests that tell nothing, and of those that stay', async () => {
    const { outcome } = await rotated({
      check: { kind: 'unclear', detail: 'it answered 418' },
      recordWrites: refusal,
      writes: { [tests[0]]: gitHubAnswer(409) },
      deletes: { [tests[1]]: oops },
    });
    expect(outcome?.warnings).toEqual([
      expect.stringContaining('it answered 418'),
      expect.stringContaining('octo-org/edge'),
      expect.stringContaining('globex/edge'),
    ]);
  });
});
