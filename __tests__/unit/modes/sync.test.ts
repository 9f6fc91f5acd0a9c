import { describe, expect, it } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { sync } from '../../../src/modes/sync.ts';
import { recordFrom, targetIdOf } from '../../../src/rotation/record/record.ts';
import { gitHubAnswer, target } from '../support/fakes.ts';
import { beside, leftNext, withNote } from '../support/left-next.ts';
import { type ModeOptions, runMode } from '../support/mode-run.ts';
import { currentToken, type SceneOptions, usualRecord } from '../support/scene.ts';
import { day, hour, now } from '../support/time.ts';

const idOf = (line: string) => targetIdOf(target(line));
const home = 'acme/network';
const lastOf = (noted: readonly string[]) => recordFrom(noted.at(-1) ?? '');
const many = (count: number) => Array.from({ length: count }, (_, index) => `acme/r${index}`);
const onlyHome = usualRecord({ targets: [idOf(home)], behind: [] });
const synced = (options: SceneOptions = {}, more?: ModeOptions) =>
  runMode(sync, { record: onlyHome, ...options }, more);

describe('sync', () => {
  it('writes the token in hand to what is not known to hold it, and notes that', async () => {
    const { steps, sent, noted, outcome } = await synced();
    expect(steps).toEqual(['PUT acme/edge', 'PATCH TE_TOKEN_ROTATION']);
    expect(sent.map(({ sealed }) => sealed.value)).toEqual([`sealed(${currentToken.reveal()})`]);
    expect(lastOf(noted)).toEqual({ ok: true, value: { ...onlyHome, targets: [home, 'acme/edge'].map(idOf) } });
    expect(outcome).toMatchObject({ rotated: false, problems: [], warnings: [] });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'updated']);
  });

  it('writes nothing where all is known to hold it, nor where there is nothing but the home', async () => {
    const all = await runMode(sync, { record: usualRecord() });
    expect(all.steps).toEqual([]);
    expect(all.outcome?.problems).toEqual([]);
    const alone = await synced({}, { lines: [home] });
    expect(alone.steps).toEqual([]);
    expect(alone.outcome?.headline).toContain('no target but the home');
  });

  it('writes what is behind first', async () => {
    const lines = [home, 'acme/a', 'acme/b', 'acme/c'];
    const record = { ...onlyHome, behind: [idOf('acme/c')] };
    const { steps, outcome } = await synced({ record }, { lines });
    expect(steps.slice(0, 3)).toEqual(['PUT acme/c', 'PUT acme/a', 'PUT acme/b']);
    expect(outcome?.results.map(({ resolved }) => resolved.name)).toEqual(lines);
  });

  it.each([
    [40, [41]],
    [90, [41, 81, 91]],
  ])('notes as it goes, so that runs which are cut short get further: of %d targets', async (count, held) => {
    const { steps, noted } = await synced({}, { lines: [home, ...many(count)] });
    expect(steps.filter((step) => step.startsWith('PATCH'))).toHaveLength(held.length);
    const counts = noted.map((text) => {
      const record = recordFrom(text);
      return record.ok ? record.value?.targets.length : undefined;
    });
    expect(counts).toEqual(held);
  });

  it('stops where it can not note what it wrote', async () => {
    const lines = [home, ...many(90)];
    const { steps, problems, outcome } = await synced({ recordWrites: gitHubAnswer(403) }, { lines });
    expect(steps.filter((step) => step.startsWith('PUT'))).toHaveLength(40);
    expect(problems).toHaveLength(1);
    expect(outcome?.results.map(({ resolved }) => resolved.name)).toEqual(lines);
    expect(outcome?.results.map(({ status }) => status)).toEqual([
      'unchanged',
      ...new Array(40).fill('updated'),
      ...new Array(50).fill('unchanged'),
    ]);
  });

  it('notes what it could not write as behind, and fails', async () => {
    const { noted, outcome, problems } = await synced({ writes: { 'acme/edge': gitHubAnswer(403) } });
    expect(lastOf(noted)).toMatchObject({ ok: true, value: { targets: [idOf(home)], behind: [idOf('acme/edge')] } });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed']);
    expect(problems).toHaveLength(1);
  });

  it('writes the rest where a target can not be found', async () => {
    const { steps, problems, outcome } = await synced(
      { secrets: { 'acme/a': gitHubAnswer(404) } },
      { lines: [home, 'acme/a', 'acme/b'] },
    );
    expect(steps).toEqual(['PUT acme/b', 'PATCH TE_TOKEN_ROTATION']);
    expect(problems).toEqual([expect.stringContaining('acme/a')]);
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed', 'updated']);
  });

  it('writes the rest so at the first run, too, which notes the token in hand', async () => {
    const { steps, problems } = await synced(
      { record: null, secrets: { 'acme/a': gitHubAnswer(404) } },
      { lines: [home, 'acme/a', 'acme/b'] },
    );
    expect(steps).toEqual(['POST TE_TOKEN_ROTATION', 'PUT acme/b', 'PATCH TE_TOKEN_ROTATION']);
    expect(problems).toEqual([expect.stringContaining('acme/a')]);
  });

  it('counts what it creates with what it writes', async () => {
    const { outcome } = await synced(
      { secrets: { 'acme/b': gitHubAnswer(404) } },
      { lines: [home, 'acme/a', 'acme/b'], request: { createMissing: true } },
    );
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'updated', 'created']);
    expect(outcome?.headline).toContain('2 targets');
  });

  it('works in an overlap, and asks ThousandEyes for nothing', async () => {
    const { steps, problems } = await synced({ record: { ...onlyHome, previousUntil: now + day } });
    expect(steps).toEqual(['PUT acme/edge', 'PATCH TE_TOKEN_ROTATION']);
    expect(problems).toEqual([]);
  });

  it('writes what is behind, and tells that a token may be lost, where a note is there', async () => {
    const { steps, problems } = await synced({ secrets: leftNext() }, { request: withNote });
    expect(steps).toEqual(['PUT acme/edge', 'PATCH TE_TOKEN_ROTATION']);
    expect(problems).toHaveLength(1);
  });

  it('deletes a note that is older than the record, and says nothing of it', async () => {
    const record = { ...onlyHome, since: now };
    const { steps, problems } = await synced({ record, secrets: leftNext() }, { request: withNote });
    expect(steps).toEqual([`DELETE ${beside}`, 'PUT acme/edge', 'PATCH TE_TOKEN_ROTATION']);
    expect(problems).toEqual([]);
  });

  it('stops at a cancel before it writes anything', async () => {
    const { steps, thrown } = await synced(
      {},
      {
        change: ({ cancel }) => {
          cancel();
          return {};
        },
      },
    );
    expect(thrown).toBeInstanceOf(Cancelled);
    expect(steps).toEqual([]);
  });
});

describe('sync in an hour of which GitHub has little left', () => {
  const lines = [home, ...many(41)];
  const left = (remaining: number) => ({ allowance: { remaining, limit: 5000, resetAt: now + hour } });

  it('writes where that is enough for the targets, a note for every 40 of them, and ten in reserve', async () => {
    const { steps, problems } = await synced(left(41 + 2 + 10), { lines });
    expect(steps.filter((step) => step.startsWith('PUT'))).toHaveLength(41);
    expect(problems).toEqual([]);
  });

  it('writes nothing where it is one request less, and fails, beside what is wrong else', async () => {
    const gone = { secrets: { 'acme/gone': gitHubAnswer(404) } };
    const { steps, problems, outcome } = await synced(
      { ...left(41 + 2 + 10 - 1), ...gone },
      { lines: [...lines, 'acme/gone'] },
    );
    expect(steps).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('53 requests'), expect.stringContaining('acme/gone')]);
    const statuses = outcome?.results.map(({ resolved, status }) => [resolved.name, status]);
    expect(statuses).toEqual([...lines.map((name) => [name, 'unchanged']), ['acme/gone', 'failed']]);
  });

  it('needs nothing of it where all is known to hold the token', async () => {
    const { problems } = await runMode(sync, { record: usualRecord(), ...left(0) });
    expect(problems).toEqual([]);
  });
});
