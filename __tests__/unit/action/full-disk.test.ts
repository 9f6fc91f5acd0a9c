import { expect, test } from '@jest/globals';
import { failed, ok } from '../../../src/lib/result.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { FakeWorkflow } from '../support/fakes.ts';
import { newToken, type SceneOptions } from '../support/scene.ts';
import { mainStepIn } from '../support/step-run.ts';
import { day, now } from '../support/time.ts';

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

class WorkflowOnDisk extends FakeWorkflow {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    super();
    this.#disk = disk;
  }

  override output(name: string, value: string): boolean {
    return this.#disk.write() && super.output(name, value);
  }
  override state(name: string, value: string): boolean {
    return this.#disk.write() && super.state(name, value);
  }
  override summary(markdown: string): boolean {
    const isWritten = this.#disk.write();
    // What a failed write leaves of the file is nothing.
    super.summary(isWritten ? markdown : '');
    return isWritten;
  }
}

const inputs = { targets: 'acme/network\nacme/edge', 'expiry-variable': 'TE_EXPIRY', 'expose-token': 'true' };

/** A main step on a disk, and all that is left of it: what GitHub got, the summary, the log, the journal. */
async function onDisk(scene: SceneOptions, fails: (write: number) => boolean) {
  const disk = new Disk(fails);
  const log = new WorkflowOnDisk(disk);
  const { scene: after, steps } = await mainStepIn({
    scene,
    inputs,
    workflow: log,
    change: ({ dependencies, journal }) => ({
      createJournal: (header) => {
        if (!disk.write()) return failed('a file could not be written in RUNNER_TEMP');
        dependencies.createJournal(header);
        if (!log.state('journal', '/temp/journal')) return failed('the file GITHUB_STATE could not be written');
        return ok({
          note: (...noted) => disk.write() && journal.note(...noted),
          claim: () => journal.claim(),
          finish: () => void (log.state('finished', 'true') && journal.finish()),
        });
      },
    }),
  });
  const stored = after.sent.filter(({ line }) => line === 'acme/network');
  const text = [log.summaries.at(-1), ...log.lines].join('\n');
  const sealed = after.journal.lines.filter((line) => line.kind === 'sealed' || line.kind === 'unread');
  const isKnownToPost = log.states.finished !== 'true' && sealed.length > 0;
  return { disk, log, steps, stored, text, isKnownToPost, wasAsked: steps.includes('POST /api-tokens') };
}

const unreadable = {
  kind: 'unreadable',
  detail: 'ThousandEyes answered 201 without a token in it',
  content: new Secret('{"token": "te-under-another-name"}'),
} as const;
const conflict = { kind: 'conflict', detail: 'ThousandEyes answered 409' } as const;
const ambiguous = { kind: 'ambiguous', detail: 'ThousandEyes answered 500' } as const;
const kept = `sealed(${newToken.reveal()})`;

/** What may come, and how nothing of it is lost: stored at the home, or to be found by a person, with what is told of it. */
const situations: readonly (readonly [string, SceneOptions, { stored?: true; kept?: string; told?: RegExp }])[] = [
  ['all goes well', {}, { stored: true }],
  [
    'the home is forbidden',
    { writes: { 'acme/network': 403 } },
    { kept, told: /error: Writing acme\/network: GitHub answered 403/ },
  ],
  [
    'GitHub is down',
    { writes: { 'acme/network': 503, 'acme/edge': 503 } },
    { kept, told: /error: Writing acme\/network: GitHub answered 503/ },
  ],
  [
    "the home's write is not shown",
    { secrets: { 'acme/network': { updatedAt: now - 300 * day } } },
    { stored: true, kept, told: /error: Reading back the date of acme\/network/ },
  ],
  [
    'another target is forbidden',
    { writes: { 'acme/edge': 403 } },
    { stored: true, told: /error: Writing acme\/edge: GitHub answered 403/ },
  ],
  [
    'the token is refused',
    { newCheck: { kind: 'refused', detail: 'ThousandEyes answered 401' } },
    { kept, told: /error: Checking the new token/ },
  ],
  [
    'the answer cannot be read',
    { regenerations: [unreadable, conflict] },
    { kept: `sealed(${unreadable.content.reveal()})`, told: /error: .*A token was issued and lost/ },
  ],
  ['the answer is lost', { regenerations: [ambiguous, conflict] }, { told: /error: .*A token was issued and lost/ }],
  ['nobody knows', { regenerations: ambiguous }, { told: /error: .*It is unknown whether a token was issued/ }],
];

test.each(situations)(
  'a disk on which each write fails in turn loses nothing and throws nothing: %s',
  async (_, scene, expected) => {
    const { disk, wasAsked } = await onDisk(scene, () => false);
    expect(wasAsked).toBe(true);
    expect(disk.writes).toBeGreaterThan(8);
    for (let first = 1; first <= disk.writes; first++) {
      for (const fails of [(write: number) => write >= first, (write: number) => write === first]) {
        const { log, stored, text, isKnownToPost, ...after } = await onDisk(scene, fails);
        const where = `write ${first} of ${disk.writes}`;
        expect({ where, text }).not.toMatchObject({ text: expect.stringContaining('should not happen') });
        if (!after.wasAsked) {
          expect({ where, hasFailed: log.hasFailed, stored }).toEqual({ where, hasFailed: true, stored: [] });
          continue;
        }
        if (expected.stored)
          expect({ where, writes: stored.map(({ sealed }) => sealed.value) }).toEqual({ where, writes: [kept] });
        if (expected.kept !== undefined)
          expect({ where, text }).toMatchObject({ text: expect.stringContaining(expected.kept) });
        if (expected.told !== undefined)
          expect({ where, text }).toMatchObject({ text: expect.stringMatching(expected.told) });
        if (expected.told !== undefined)
          expect({ where, hasFailed: log.hasFailed }).toEqual({ where, hasFailed: true });
        // What is promised of the post step it can do.
        if (/post step of this run (?:tries|writes)/.test(text))
          expect({ where, isKnownToPost }).toEqual({ where, isKnownToPost: true });
        if (expected.stored)
          expect({ where, rotated: log.outputs.rotated ?? 'true' }).toEqual({ where, rotated: 'true' });
      }
    }
  },
);

test('a disk that is full from the claim on: all is stored, and each output that cannot be written is told', async () => {
  const { log, stored, steps } = await onDisk({}, (write) => write > 4);
  expect(stored).toHaveLength(1);
  expect(steps).toContain('PUT acme/edge');
  expect(log.outputs).toEqual({});
  expect(log.lines).toContain('The token was rotated in 2 targets.');
});
