import { expect, test } from '@jest/globals';
import { failed } from '../../../src/lib/result.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { type LeftOptions, recovered, sealedOnly } from '../support/left-journal.ts';
import { rotatedLongAgo } from '../support/scene.ts';
import { day, minute, now, second } from '../support/time.ts';

const noted = { ...sealedOnly, stored: new Map([[0, now - minute]]) };
const homeWrites = (steps: readonly string[]) => steps.filter((step) => step === 'PUT acme/network');

test('post: a home whose write main noted, and whose date shows it by now, is not written again, and the others follow', async () => {
  const { steps, recovered: came } = await recovered(noted, {
    secrets: { 'acme/network': { updatedAt: now - minute } },
  });
  expect(steps).toEqual(['announced acme/network', 'PUT acme/edge', 'PUT orgs/acme', 'journal removed']);
  expect(came).toMatchObject({ stored: ['acme/edge', 'orgs/acme'], problems: [], isHomeStored: true });
});

test('post: a home whose date main did not note is written', async () => {
  const [home, ...others] = sealedOnly.header.targets.map((each) => ({ ...each, updatedAt: undefined }));
  const header = { ...sealedOnly.header, targets: home === undefined ? [] : [home, ...others] };
  const secrets = { 'acme/network': [gitHubAnswer(503), { updatedAt: now }] };
  const { steps, recovered: came } = await recovered({ ...sealedOnly, header }, { secrets });
  expect(homeWrites(steps)).toHaveLength(1);
  expect(came?.problems).toEqual([]);
});

test.each([
  ['has not moved', {}],
  ['cannot be read', { secrets: { 'acme/network': [gitHubAnswer(503), { updatedAt: now }] } }],
])('post: a home whose write main noted, and whose date %s, is written again', async (_, options) => {
  const { steps, recovered: came } = await recovered(noted, options);
  expect(homeWrites(steps)).toHaveLength(1);
  expect(came?.problems).toEqual([]);
});

test('post: while the home cannot be written, no other is, and a person is told how and until when', async () => {
  const write = gitHubAnswer(503, { detail: '503 (Service Unavailable)' });
  const { recovered: came, steps, problems } = await recovered(sealedOnly, { writes: { 'acme/network': write } });
  expect(steps).toEqual(['announced acme/network', 'PUT acme/network']);
  expect(came).toMatchObject({
    headline: 'The post step could not finish all that the main step had left.',
    stored: [],
    isHomeStored: false,
  });
  expect(problems).toEqual([
    expect.stringMatching(
      /^Writing acme\/network: GitHub answered 503 \(Service Unavailable\)\. .*below "Finish by hand".*by 2026-12-02 19:00 UTC/,
    ),
  ]);
});

test('post: a home that was answered as written, but whose date does not move, fails, and the others stay as they are', async () => {
  const { steps, problems, elapsed } = await recovered(sealedOnly, { secrets: { 'acme/network': rotatedLongAgo } });
  expect(steps).toEqual(['announced acme/network', 'PUT acme/network']);
  expect(problems).toEqual([
    expect.stringMatching(/^Reading back the date of acme\/network .*did not move.*"Finish by hand"/),
  ]);
  expect(elapsed).toBe(90 * second);
});

/** A home that is tried three times, ten seconds each and with a minute between, without a clear answer, and then written. */
function retried(): NonNullable<LeftOptions['change']> {
  return ({ dependencies: { secrets }, clock, steps }) => ({
    secrets: {
      ...secrets,
      write: async (target, sealed, policy, options) => {
        for (let attempt = 1; attempt <= 3 && target.publicName === 'acme/network'; attempt++) {
          const refusal = await options?.mayWrite?.();
          if (refusal !== undefined) return failed(refusal);
          steps.push(`attempt ${attempt}`);
          await clock.sleep(10 * second);
          options?.beforePause?.(minute);
          await clock.sleep(minute);
        }
        return secrets.write(target, sealed, policy, options);
      },
    },
  });
}

/** The home's dates, read after read: at the beginning, and before each further attempt. */
const shows = (first: number, ...dates: readonly number[]) => ({
  secrets: { 'acme/network': [first, ...dates].map((updatedAt) => ({ updatedAt })) },
});
const before = now - 300 * day;

test('post: a home that nobody else writes is tried until it is written', async () => {
  const { steps, recovered: came } = await recovered(sealedOnly, { change: retried() });
  expect(steps.filter((step) => step.startsWith('attempt'))).toHaveLength(3);
  expect(came).toMatchObject({ stored: ['acme/network', 'acme/edge', 'orgs/acme'], problems: [] });
});

test('post: a home that someone else writes while GitHub is waited for is left alone, and told', async () => {
  // Half a minute after the first attempt had ended.
  const {
    steps,
    problems,
    recovered: came,
  } = await recovered(sealedOnly, { ...shows(before, now + 40 * second), change: retried() });
  expect(steps).toEqual(['announced acme/network', 'attempt 1']);
  expect(problems).toEqual([
    expect.stringMatching(
      /^Writing acme\/network: someone else wrote it on 2026-11-23 19:00 UTC, after the main step had ended.*left as it is: it may hold a newer token.*"Finish by hand"/,
    ),
  ]);
  expect(came?.isHomeStored).toBe(false);
});

test('post: a foreign write that GitHub shows late is noticed after a later attempt', async () => {
  const { steps, problems } = await recovered(sealedOnly, {
    ...shows(before, before, now + 40 * second),
    change: retried(),
  });
  expect(steps).toEqual(['announced acme/network', 'attempt 1', 'attempt 2']);
  expect(problems).toEqual([expect.stringContaining('someone else wrote it')]);
});

test.each([
  ['in the middle of the attempt', 5],
  ['as it ended, by a clock of whole seconds', 12],
])(
  'post: an attempt without an answer that was carried out all the same is not taken for someone else: %s',
  async (_, at) => {
    const { recovered: came, steps } = await recovered(sealedOnly, {
      ...shows(before, now + at * second),
      change: retried(),
    });
    expect(steps).toContain('attempt 3');
    expect(came).toMatchObject({ problems: [] });
  },
);

test('post: what tells an own attempt from a foreign write is no matter of the wall clock', async () => {
  const jumping: NonNullable<LeftOptions['change']> = (scene) => {
    scene.clock.after(30 * second, () => scene.clock.jump(-day));
    return retried()(scene);
  };
  // GitHub's own clock does not jump.
  const { secrets } = shows(before, now + 5 * second);
  const asOf = [now, now + 70 * second, now + 140 * second, now + 210 * second];
  const dates = secrets['acme/network'].concat(Array.from({ length: 2 }, () => ({ updatedAt: now + 5 * second })));
  const { steps } = await recovered(sealedOnly, {
    secrets: { 'acme/network': dates.map((each, n) => ({ ...each, asOf: asOf[n] ?? now })) },
    change: jumping,
  });
  expect(steps).toContain('attempt 3');
});

test('post: a foreign write is noticed also where GitHub could not be read at first', async () => {
  const secrets = { 'acme/network': [gitHubAnswer(503), {}, { updatedAt: now + 40 * second }] };
  const { steps, problems } = await recovered(sealedOnly, { secrets, change: retried() });
  expect(steps).toEqual(['announced acme/network', 'attempt 1']);
  expect(problems).toEqual([expect.stringContaining('someone else wrote it')]);
});

test("post: a write of before it began may be main's own, so it is no reason to stop", async () => {
  const secrets = {
    'acme/network': [gitHubAnswer(503), ...Array(4).fill({ updatedAt: now - minute }), { updatedAt: now + 3 * minute }],
  };
  const { steps, recovered: came } = await recovered(sealedOnly, { secrets, change: retried() });
  expect(steps).toContain('attempt 3');
  expect(came).toMatchObject({ problems: [] });
});

test('post: a home that a person wrote after main had given up is left alone, and told', async () => {
  const gaveUpAt = now - 5 * minute;
  const { steps, problems } = await recovered(
    { ...sealedOnly, gaveUpAt },
    { secrets: { 'acme/network': { updatedAt: now - minute } } },
  );
  expect(homeWrites(steps)).toEqual([]);
  expect(problems).toEqual([expect.stringContaining('someone else wrote it')]);
});

test('post: a home that was written before main gave up may hold its token, and is written', async () => {
  const gaveUpAt = now - 5 * minute;
  const { steps } = await recovered(
    { ...sealedOnly, gaveUpAt },
    {
      secrets: {
        'acme/network': [{ updatedAt: now - 6 * minute }, { updatedAt: now - 6 * minute }, { updatedAt: now }],
      },
    },
  );
  expect(homeWrites(steps)).toHaveLength(1);
});

test('post: a home that a person writes while the first attempt waits for its turn is left alone', async () => {
  const { steps, problems } = await recovered(sealedOnly, {
    secrets: { 'acme/network': [{ updatedAt: before }, { updatedAt: now + 8 * second }] },
    change: ({ dependencies: { secrets }, clock }) => ({
      secrets: {
        ...secrets,
        write: async (target, sealed, policy, options) => {
          await clock.sleep(30 * second);
          return secrets.write(target, sealed, policy, options);
        },
      },
    }),
  });
  expect(homeWrites(steps)).toEqual([]);
  expect(problems).toEqual([expect.stringContaining('someone else wrote it')]);
});
