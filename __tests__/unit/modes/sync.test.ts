import { describe, expect, it } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { sync } from '../../../src/modes/sync.ts';
import { recordFrom, targetIdOf } from '../../../src/rotation/record/record.ts';
import { gitHubAnswer, target } from '../support/fakes.ts';
import { leftNext, withNote } from '../support/left-next.ts';
import { type ModeOptions, runMode } from '../support/mode-run.ts';
import { currentToken, type SceneOptions, usualRecord } from '../support/scene.ts';
import { day, now } from '../support/time.ts';

const idOf = (line: string) => targetIdOf(target(line));
const home = 'acme/network';
const lastOf = (noted: readonly string[]) => recordFrom(noted.at(-1) ?? '');
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

  it('notes as it goes, so that runs which are cut short get further', async () => {
    const lines = [home, ...Array.from({ length: 90 }, (_, index) => `acme/r${index}`)];
    const { steps, noted } = await synced({}, { lines });
    expect(steps.filter((step) => step.startsWith('PATCH'))).toHaveLength(3);
    const counts = noted.map((text) => {
      const record = recordFrom(text);
      return record.ok ? record.value?.targets.length : undefined;
    });
    expect(counts).toEqual([41, 81, 91]);
  });

  it('stops where it can not note what it wrote', async () => {
    const lines = [home, ...Array.from({ length: 90 }, (_, index) => `acme/r${index}`)];
    const { steps, problems } = await synced({ recordWrites: gitHubAnswer(403) }, { lines });
    expect(steps.filter((step) => step.startsWith('PUT'))).toHaveLength(40);
    expect(problems).toHaveLength(1);
  });

  it('notes what it could not write as behind, and fails', async () => {
    const { noted, outcome, problems } = await synced({ writes: { 'acme/edge': gitHubAnswer(403) } });
    expect(lastOf(noted)).toMatchObject({ ok: true, value: { targets: [idOf(home)], behind: [idOf('acme/edge')] } });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'failed']);
    expect(problems).toHaveLength(1);
  });

  it('writes the rest where a target can not be found', async () => {
    const { steps, problems } = await synced(
      { secrets: { 'acme/a': gitHubAnswer(404) } },
      { lines: [home, 'acme/a', 'acme/b'] },
    );
    expect(steps).toEqual(['PUT acme/b', 'PATCH TE_TOKEN_ROTATION']);
    expect(problems).toEqual([expect.stringContaining('acme/a')]);
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

  it('says nothing of a note that is older than the record', async () => {
    const record = { ...onlyHome, since: now };
    const { problems } = await synced({ record, secrets: leftNext() }, { request: withNote });
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
