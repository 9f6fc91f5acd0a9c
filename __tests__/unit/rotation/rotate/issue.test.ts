import { describe, expect, it } from '@jest/globals';
import { policies } from '../../../../src/github/policies.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { type RotationRecord, recordText, targetIdOf } from '../../../../src/rotation/record/record.ts';
import type { Regeneration } from '../../../../src/thousandeyes/client.ts';
import { gitHubAnswer, target } from '../../support/fakes.ts';
import { beside, leftAt, leftNext, withNote } from '../../support/left-next.ts';
import { type Change, runMode } from '../../support/mode-run.ts';
import { type SceneOptions, usualRecord } from '../../support/scene.ts';
import { day, minute, now } from '../../support/time.ts';

const conflict: Regeneration = { kind: 'conflict', detail: 'it answered 409' };
const idOf = (line: string) => targetIdOf(target(line));
const another = usualRecord({
  token: 'sha256:00000000000000aa',
  run: 'https://github.com/acme/network/actions/runs/9',
});
const asked = (regenerations: Regeneration, options: SceneOptions = {}, change?: Change) =>
  runMode(rotate, { record: usualRecord(), regenerations, ...options }, change === undefined ? {} : { change });

/** Something happens at the moment at which the token is asked for. */
const whenAsked =
  (happens: (scene: Parameters<Change>[0]) => void): Change =>
  (scene) => ({
    thousandEyes: {
      ...scene.dependencies.thousandEyes,
      regenerate: (token) => {
        happens(scene);
        return scene.dependencies.thousandEyes.regenerate(token);
      },
    },
  });

describe('where nothing was issued', () => {
  it.each([
    { kind: 'refused', status: 403, detail: 'it answered 403' },
    { kind: 'refused', status: 401, detail: 'it answered 401' },
    { kind: 'unsent', mayPass: false, detail: 'no such host' },
    { kind: 'limited', ms: 9 * minute, detail: 'it answered 429' },
    conflict,
  ] as const)('the note is taken back, and the journal forgotten: $kind', async (regenerations) => {
    const { steps, problems, outcome } = await asked(regenerations);
    expect(steps).toContain('note not issued');
    expect(steps).toContain(`DELETE ${beside}`);
    expect(steps.at(-1)).toBe('finish');
    expect(problems).toHaveLength(1);
    expect(outcome).toMatchObject({ mode: 'rotate', rotated: false, leftForPost: false });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
  });

  it.each<[what: string, isLeft: boolean, deletes: SceneOptions['deletes']]>([
    ['neither the note nor a write test stays', false, {}],
    ['the note stays', true, { [beside]: gitHubAnswer(500) }],
    ['a write test stays', true, { 'test octo-org/edge': gitHubAnswer(500) }],
  ])('what is left of the proof is for the post step: %s', async (_, isLeft, deletes = {}) => {
    const refused = { kind: 'refused', status: 403, detail: 'it answered 403' } as const;
    const lines = ['acme/network', 'octo-org/edge'];
    const options = { record: usualRecord(), regenerations: refused, deletes };
    const { steps, outcome } = await runMode(rotate, options, { lines });
    expect(outcome?.leftForPost).toBe(isLeft);
    expect(steps.includes('finish')).toBe(!isLeft);
  });

  it('every warning is told all the same: of reading, and of a write test that tells nothing', async () => {
    const refused = { kind: 'refused', status: 403, detail: 'it answered 403' } as const;
    const options: SceneOptions = {
      record: usualRecord(),
      regenerations: refused,
      check: { kind: 'unclear', detail: 'it answered 418' },
      writes: { 'test octo-org/edge': gitHubAnswer(409) },
    };
    const { outcome } = await runMode(rotate, options, { lines: ['acme/network', 'octo-org/edge'] });
    expect(outcome?.warnings).toEqual([
      expect.stringContaining('it answered 418'),
      expect.stringContaining('octo-org/edge'),
    ]);
  });
});

describe('where a token may have been issued', () => {
  it.each([
    { kind: 'ambiguous', detail: 'the connection broke off' },
    { kind: 'unreadable', detail: 'an answer without a token' },
  ] as const)('the note stays: $kind', async (regenerations) => {
    const { steps, problems } = await asked(regenerations);
    expect(steps).not.toContain(`DELETE ${beside}`);
    expect(steps).not.toContain('note not issued');
    expect(problems).toHaveLength(1);
  });
});

describe('a 409', () => {
  const isFaster = expect.stringContaining('another run was faster');
  const noRevoke = expect.stringContaining('Revoke nothing');

  it('is no fault of people where another run has noted a token', async () => {
    const { problems } = await asked(conflict, {}, (scene) => ({
      variables: {
        ...scene.dependencies.variables,
        read: async () => ({
          ok: true,
          value: recordText(scene.steps.includes('POST /api-tokens') ? another : usualRecord()),
        }),
      },
    }));
    expect(problems).toEqual([isFaster]);
    expect(problems[0]).toContain(another.run);
  });

  it('is no fault of people where another run has written or deleted _NEXT', async () => {
    const written = { secrets: { [beside]: [gitHubAnswer(404), { updatedAt: now + minute }] } };
    expect((await asked(conflict, written)).problems).toEqual([isFaster]);
    const deleted = await asked(
      conflict,
      {},
      whenAsked(({ dependencies }) => void dependencies.secrets.delete(nextOf(dependencies), policies.cleanup)),
    );
    expect(deleted.problems).toEqual([isFaster]);
  });

  it('is no fault of people where the record is gone meanwhile', async () => {
    const { problems } = await asked(conflict, {}, (scene) => ({
      variables: {
        ...scene.dependencies.variables,
        read: async (...given) =>
          scene.steps.includes('POST /api-tokens')
            ? { ok: false, error: gitHubAnswer(404) }
            : scene.dependencies.variables.read(...given),
      },
    }));
    expect(problems).toEqual([isFaster]);
  });

  it('is no word on another run where neither the record nor _NEXT can be read', async () => {
    const recordReads = [undefined, gitHubAnswer(500)];
    const secrets = { [beside]: [gitHubAnswer(404), gitHubAnswer(500)] };
    const record = usualRecord({ previousUntil: now - minute });
    expect((await asked(conflict, { record, recordReads, secrets })).problems).toEqual([noRevoke]);
  });

  const problemWith = async (more: Partial<RotationRecord>) =>
    (await asked(conflict, { record: usualRecord(more) })).problems;

  it('is a second token by hand where the overlap is surely over', async () => {
    const problems = await problemWith({ previousUntil: now - 2 * day });
    expect(problems).toHaveLength(1);
    expect(problems).not.toEqual([noRevoke]);
    expect(problems[0]).toContain('revoke every token');
  });

  it('may be the usual overlap for a day more, and where nothing tells', async () => {
    expect(await problemWith({ previousUntil: now - minute })).toEqual([noRevoke]);
    expect(await problemWith({ previousUntil: undefined, since: now - 14 * day })).toEqual([noRevoke]);
  });

  it('is a second token where the token in hand was noted so long ago that nothing else outlived it', async () => {
    const [problem] = await problemWith({ previousUntil: undefined, since: now - 16 * day });
    expect(problem).not.toContain('Revoke nothing');
  });

  it('lets the token in hand, which works, go to what does not hold it', async () => {
    const record = usualRecord({ targets: [idOf('acme/network')], behind: [idOf('acme/edge')] });
    const { steps, outcome, problems } = await asked(conflict, { record });
    expect(steps).toContain('PUT acme/edge');
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'updated']);
    expect(problems).toHaveLength(1);
  });

  it('hides no fault of ours that comes of writing the token in hand', async () => {
    const record = usualRecord({ targets: [idOf('acme/network')], behind: [idOf('acme/edge')] });
    const { thrown } = await asked(conflict, { record }, ({ dependencies: { secrets } }) => ({
      secrets: {
        ...secrets,
        write: (resolved, ...more) => {
          if (resolved.name === 'acme/edge') throw new Error('a fault of ours');
          return secrets.write(resolved, ...more);
        },
      },
    }));
    expect(thrown).toEqual(new Error('a fault of ours'));
  });

  it('beside a note tells that a token may be lost, unless that note is about an older one', async () => {
    const beforeNote = { record: usualRecord(), secrets: leftNext(), regenerations: conflict };
    const { problems, steps } = await runMode(rotate, beforeNote, { request: withNote });
    expect(problems).toEqual([expect.stringContaining('issued and lost')]);
    expect(steps).not.toContain(`DELETE ${beside}`);
    // Adopting is later than the note.
    const home = { updatedAt: now - minute };
    const secrets = { ...leftNext(), 'acme/network': home };
    const adopted = await runMode(rotate, { ...beforeNote, secrets, record: another }, { request: withNote });
    expect(adopted.problems).toEqual([noRevoke]);
  });

  it('beside a note is no fault of people where another run has written over that note', async () => {
    const secrets = { [beside]: [{ updatedAt: leftAt }, { updatedAt: now + minute }] };
    const options = { record: usualRecord(), secrets, regenerations: conflict };
    expect((await runMode(rotate, options, { request: withNote })).problems).toEqual([isFaster]);
  });

  it('lets the token in hand go nowhere beside a note, whose run may be storing a newer one', async () => {
    const record = usualRecord({ targets: [idOf('acme/network')] });
    const options = { record, secrets: leftNext(), regenerations: conflict };
    expect((await runMode(rotate, options, { request: withNote })).steps).not.toContain('PUT acme/edge');
  });

  it('lets the token in hand go nowhere after a cancel, and is told all the same', async () => {
    const record = usualRecord({ targets: [idOf('acme/network')], previousUntil: now - minute });
    const { steps, problems } = await asked(
      conflict,
      { record },
      whenAsked(({ cancel }) => cancel()),
    );
    expect(steps).not.toContain('PUT acme/edge');
    expect(problems).toEqual([noRevoke]);
  });

  it('is told, too, where the cancel comes while that waits for the rate limit', async () => {
    const record = usualRecord({ targets: [idOf('acme/network')], previousUntil: now - minute });
    const usedUp = whenAsked(({ clock, dependencies: { github } }) =>
      Object.assign(github, { allowance: { limit: 100, remaining: 0, resetAt: clock.monotonic() + minute } }),
    );
    const { steps, problems } = await asked(conflict, { record }, (scene) => {
      const { info } = scene.log;
      const log = { ...scene.log, warning: () => undefined };
      log.info = (line) => (/waiting/.test(line) ? scene.cancel() : info.call(scene.log, line));
      return { ...usedUp(scene), log };
    });
    expect(steps).not.toContain('PUT acme/edge');
    expect(problems).toEqual([noRevoke]);
  });
});

function nextOf({ run }: Parameters<Change>[0]['dependencies']) {
  const home = target(run.repository);
  return { target: { ...home, secret: 'TE_TOKEN_NEXT' }, name: beside, isFound: false };
}
