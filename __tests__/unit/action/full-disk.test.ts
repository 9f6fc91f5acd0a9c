import { expect, test } from '@jest/globals';
import { failed, ok } from '../../../src/lib/result.ts';
import { FakeWorkflow } from '../support/fakes.ts';
import { newToken, rotatedLongAgo, type SceneOptions } from '../support/scene.ts';
import { mainStepIn } from '../support/step-run.ts';

/** Where everything is written: the journal, state, outputs, the summary. Some writes fail, by their number. */
class Disk {
  writes = 0;
  readonly #fails: (write: number) => boolean;

  constructor(fails: (write: number) => boolean) {
    this.#fails = fails;
  }

  write(): boolean {
    this.writes++;
    return !this.#fails(this.writes);
  }
}

/** A runner whose files lie on a disk. */
function workflowOnDisk(disk: Disk): FakeWorkflow {
  const workflow = new FakeWorkflow();
  const { output, state, summary } = workflow;
  workflow.output = (name, value) => disk.write() && output(name, value);
  workflow.state = (name, value) => disk.write() && state(name, value);
  workflow.summary = (markdown) => {
    const isWritten = disk.write();
    // What a failed write leaves of the file is nothing.
    summary(isWritten ? markdown : '');
    return isWritten;
  };
  return workflow;
}

const inputs = { targets: 'acme/network\nacme/edge', 'expose-token': 'true' };
const sealed = `sealed(${newToken.reveal()})`;

/** A main step on a disk, and all that is left of it: what GitHub got, the summary, the log, the journal. */
async function onDisk(scene: SceneOptions, fails: (write: number) => boolean) {
  const disk = new Disk(fails);
  const log = workflowOnDisk(disk);
  const { scene: after, steps } = await mainStepIn({
    scene,
    inputs,
    workflow: log,
    change: ({ dependencies, journal }) => ({
      createJournal: (header) => {
        if (!disk.write()) return failed('a file could not be written in RUNNER_TEMP');
        dependencies.createJournal(header);
        log.state('journal', '/temp/journal');
        return ok({
          note: (...noted) => disk.write() && journal.note(...noted),
          claim: () => journal.claim(),
          finish: () => void (log.state('finished', 'true') && journal.finish()),
        });
      },
    }),
  });
  const heldBy = (line: string) =>
    after.sent.some((each) => each.line === line && each.sealed.value === sealed) &&
    [scene.writes?.[line] ?? 204].flat().some((status) => status === 204);
  const text = [log.summaries.at(-1), ...log.lines].join('\n');
  const isParked = heldBy('acme/network as TE_TOKEN_NEXT') && !steps.includes('DELETE acme/network as TE_TOKEN_NEXT');
  return {
    disk,
    log,
    steps,
    text,
    isHome: heldBy('acme/network'),
    /** Where a person or the next run finds the token. */
    isKept: isParked || text.includes(sealed),
    wasAsked: steps.includes('POST /api-tokens'),
  };
}

const unreadable = { kind: 'unreadable', detail: 'ThousandEyes answered 201 without a token in it' } as const;
const conflict = { kind: 'conflict', detail: 'ThousandEyes answered 409' } as const;
const ambiguous = { kind: 'ambiguous', detail: 'ThousandEyes answered 500' } as const;

/** What may come, and how nothing of it is lost: in the home, or where the next run or a person finds it; or told as lost. */
const situations: readonly (readonly [string, SceneOptions, { home?: true; kept?: true; told?: RegExp }])[] = [
  ['all goes well', {}, { home: true }],
  ['the home is forbidden', { writes: { 'acme/network': 403 } }, { kept: true, told: /error: Writing acme\/network/ }],
  [
    'GitHub is down',
    { writes: { 'acme/network': 503, 'acme/edge': 503 } },
    { kept: true, told: /error: Writing acme\/network/ },
  ],
  [
    'neither the home nor the place beside it can be written',
    { writes: { 'acme/network': 403, 'acme/network as TE_TOKEN_NEXT': [201, 403] } },
    { kept: true, told: /error: Writing acme\/network/ },
  ],
  [
    "the home's write is not shown",
    { secrets: { 'acme/network': rotatedLongAgo } },
    { home: true, kept: true, told: /error: Reading the date of acme\/network/ },
  ],
  ['another target is forbidden', { writes: { 'acme/edge': 403 } }, { home: true, told: /error: Writing acme\/edge/ }],
  [
    'the token is refused',
    { newCheck: { kind: 'refused', detail: 'ThousandEyes answered 401' } },
    { kept: true, told: /error: Checking the new token/ },
  ],
  ['the answer cannot be read', { regenerations: [unreadable, conflict] }, { told: /error: .*issued and lost/ }],
  ['the answer is lost', { regenerations: [ambiguous, conflict] }, { told: /error: .*Nothing tells/ }],
  ['no answer is clear', { regenerations: ambiguous }, { told: /error: .*Nothing tells/ }],
];

test.each(situations)(
  'a disk on which each write fails in turn loses nothing and throws nothing: %s',
  async (_, scene, expected) => {
    const { disk, wasAsked } = await onDisk(scene, () => false);
    expect(wasAsked).toBe(true);
    expect(disk.writes).toBeGreaterThan(6);
    for (let first = 1; first <= disk.writes; first++) {
      for (const fails of [(write: number) => write >= first, (write: number) => write === first]) {
        const after = await onDisk(scene, fails);
        const where = `write ${first} of ${disk.writes}`;
        const { log, text } = after;
        expect({ where, text }).not.toMatchObject({ text: expect.stringContaining('should not happen') });
        if (!after.wasAsked) {
          expect({ where, hasFailed: log.hasFailed, isHome: after.isHome }).toEqual({
            where,
            hasFailed: true,
            isHome: false,
          });
          continue;
        }
        if (expected.home) expect({ where, isHome: after.isHome }).toEqual({ where, isHome: true });
        if (expected.kept) expect({ where, isKept: after.isKept }).toEqual({ where, isKept: true });
        if (expected.told === undefined) continue;
        expect({ where, text }).toMatchObject({ text: expect.stringMatching(expected.told) });
        expect({ where, hasFailed: log.hasFailed }).toEqual({ where, hasFailed: true });
      }
    }
  },
);

test('a disk that is full once the journal is there: all is stored, and each output that cannot be written is told', async () => {
  const { log, isHome, steps } = await onDisk({}, (write) => write > 3);
  expect(isHome).toBe(true);
  expect(steps).toContain('PUT acme/edge');
  expect(log.outputs).toEqual({});
  expect(log.lines).toContain('The token was rotated in 2 targets.');
});
