import { describe, expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../src/github.ts';
import type { Journal, JournalLine, JournalRecord } from '../../src/journal.ts';
import type { Recovery } from '../../src/outcome.ts';
import { recover, waitForMain } from '../../src/recovery.ts';
import type { SecretBody, Written } from '../../src/secret-store.ts';
import { lineOf, type Target } from '../../src/target.ts';
import { fakeRetryPorts, githubAnswer, target } from '../support/unit-ports.ts';
import { day, now } from '../support/unit-time.ts';

const validity = { validUntil: now + 730 * day, previousValidUntil: now + 9 * day };
const lines = ['acme/network', 'acme/edge', 'orgs/acme'] as const;
const targets = lines.map((line) => ({
  ...target(line),
  shown: line,
  access: line === 'orgs/acme' ? { visibility: 'all' as const } : {},
}));
const body = (number: number): SecretBody => ({ encrypted_value: `sealed ${number}`, key_id: 'k' });
const allSealed = new Map(lines.map((_, number) => [number, body(number)]));

const nothingDone: JournalRecord = {
  header: { kind: 'run', pid: 42, targets },
  testing: [],
  asked: false,
  refused: false,
  sealed: new Map(),
  stored: new Set(),
  dated: false,
};
const sealedOnly: JournalRecord = { ...nothingDone, asked: true, issued: validity, sealed: allSealed };

interface Scene {
  /** Read after read; the last one stays. */
  readonly records: readonly (JournalRecord | undefined)[];
  readonly alive?: (elapsed: number) => boolean;
  readonly write?: (line: string) => Written | GitHubAnswer;
  readonly deletes?: GitHubAnswer;
  readonly variable?: GitHubAnswer;
  readonly cancelAfter?: number;
}

async function run({ records, alive = () => false, write, deletes, variable, cancelAfter }: Scene) {
  const ports = fakeRetryPorts({ now });
  const noted: JournalLine[] = [];
  const steps: string[] = [];
  const announced: Recovery[] = [];
  const variables: unknown[][] = [];
  let reads = 0;
  const journal: Journal = {
    note: (...added) => noted.push(...added),
    flush: (...added) => noted.push(...added),
    claim: () => false,
    remove: () => steps.push('journal removed'),
  };
  if (cancelAfter !== undefined) ports.clock.after(cancelAfter, ports.cancel);
  const recovered = await recover({
    ...ports,
    read: () => records[Math.min(reads++, records.length - 1)],
    journal,
    isAlive: (pid) => pid === 42 && alive(ports.clock.now() - now),
    secrets: {
      removeWriteTest: async (store) => {
        steps.push(`deleted in ${lineOf(store)}`);
        return deletes;
      },
      writeBody: async (written: Target, sent) => {
        const line = lineOf(written.store);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`wrote ${line}: ${sent.encrypted_value}`);
        const answer = write?.(line) ?? { status: 'updated' as const };
        return 'headers' in answer ? { answer } : answer;
      },
    },
    variables: {
      write: async (...args) => {
        variables.push(args);
        return variable;
      },
    },
    asker: { kind: 'classic', severalOwners: false },
    announce: (recovery) => {
      steps.push(`announced ${recovery.shown}`);
      announced.push(recovery);
    },
  });
  const problems = recovered?.problems.map(({ message }) => message) ?? [];
  return { recovered, problems, noted, steps, announced, variables, elapsed: ports.clock.now() - now, reads };
}

describe('nothing is left over', () => {
  test('no journal: nothing is done or said', async () => {
    const { recovered, steps, noted } = await run({ records: [undefined] });
    expect({ recovered, steps, noted }).toEqual({ recovered: undefined, steps: [], noted: [] });
  });

  test('nothing was asked for: the journal goes, and nothing is said', async () => {
    const { recovered, steps } = await run({ records: [nothingDone] });
    expect({ recovered, steps }).toEqual({ recovered: undefined, steps: ['journal removed'] });
  });

  test('a header without targets', async () => {
    const { recovered, steps } = await run({
      records: [{ ...nothingDone, header: { kind: 'run', pid: 1, targets: [] } }],
    });
    expect({ recovered, steps }).toEqual({ recovered: undefined, steps: [] });
  });
});

describe('write tests that were left over', () => {
  const left = { ...nothingDone, testing: [target('acme/network').store, target('orgs/acme').store] };

  test('are deleted', async () => {
    const { recovered, steps, noted } = await run({ records: [left] });
    expect(recovered).toBeUndefined();
    expect(steps).toEqual(['deleted in acme/network', 'deleted in orgs/acme', 'journal removed']);
    expect(noted).toEqual([
      { kind: 'tested', store: left.testing[0] },
      { kind: 'tested', store: left.testing[1] },
    ]);
  });

  test('or it is said that they could not be', async () => {
    const { recovered, noted, steps } = await run({
      records: [left],
      deletes: githubAnswer(500, { said: '500 (down)' }),
    });
    const warning =
      'The secret ROTATION_WRITE_TEST of a write test could not be deleted (GitHub: 500 (down)). It holds nothing of value; delete it by hand.';
    expect(recovered).toEqual({
      headline: 'Nothing was issued.',
      stored: [],
      problems: [],
      warnings: [warning, warning],
    });
    expect(noted).toEqual([]);
    expect(steps.at(-1)).toBe('journal removed');
  });
});

describe('main was killed while it asked', () => {
  test('a token may have been issued and lost', async () => {
    const { recovered, problems, steps } = await run({ records: [{ ...nothingDone, asked: true }] });
    expect(recovered?.headline).toBe('A token may have been issued and lost.');
    expect(problems).toEqual([
      'Asking ThousandEyes for a new token (POST /api-tokens): the main step was killed while it waited for the answer; a token may have been issued and lost. To tell, start this workflow again: if it rotates, nothing was lost; if it gets 409, a token was issued and lost. The token in use still works, for 14 days at most in that case. In ThousandEyes, open Manage > Account Settings > Users and Roles > Profile > User API Tokens; revoke, then create (revoking ends the old token at once, so be ready); store the new one with `gh secret set TE_TOKEN --repo acme/network`; then run this workflow with `mode: sync`.',
    ]);
    expect(steps).toEqual([]);
  });

  test('a sealed value for another target only is no help', async () => {
    const record = { ...nothingDone, asked: true, sealed: new Map([[1, body(1)]]) };
    expect((await run({ records: [record] })).steps).toEqual([]);
  });
});

describe('ThousandEyes refused the new token', () => {
  test('nothing is written', async () => {
    const { recovered, problems, steps } = await run({ records: [{ ...sealedOnly, refused: true }] });
    expect(recovered?.headline).toBe('A new token was issued, but it does not work; the old one stays in place.');
    expect(problems[0]).toContain('ThousandEyes refuses it, as the main step noted before it ended');
    expect(problems[0]).toContain('works until 2026-12-02 19:00 UTC at the latest');
    expect(steps).toEqual([]);
  });

  test('also where its dates are lost: fourteen days at most', async () => {
    const { issued: _, ...rest } = sealedOnly;
    const { problems } = await run({ records: [{ ...rest, refused: true }] });
    expect(problems[0]).toContain('works until 2026-12-07 19:00 UTC at the latest');
  });
});

describe('sealed values that were not confirmed', () => {
  test('are written, the home first; a person is told how before it is tried', async () => {
    const { recovered, steps, noted, announced } = await run({ records: [sealedOnly] });
    expect(steps).toEqual([
      'announced acme/network',
      'wrote acme/network: sealed 0',
      'wrote acme/edge: sealed 1',
      'wrote orgs/acme: sealed 2',
      'journal removed',
    ]);
    expect(noted).toEqual([0, 1, 2].map((number) => ({ kind: 'stored', target: number })));
    expect(announced).toEqual([{ target: targets[0], shown: 'acme/network', body: body(0), validity }]);
    expect(recovered).toEqual({
      headline: 'The post step finished what the main step had left.',
      stored: [...lines],
      problems: [],
      warnings: [],
    });
  });

  test('what is stored already is left alone', async () => {
    const { recovered, steps } = await run({ records: [{ ...sealedOnly, stored: new Set([0, 2]) }] });
    expect(steps).toEqual(['wrote acme/edge: sealed 1', 'journal removed']);
    expect(recovered?.stored).toEqual(['acme/edge']);
  });

  test('while the home can not be written, no other is', async () => {
    const { recovered, steps, problems, noted } = await run({
      records: [sealedOnly],
      write: () => githubAnswer(503, { said: '503 (Service Unavailable)' }),
    });
    expect(steps).toEqual(['announced acme/network', 'wrote acme/network: sealed 0']);
    expect(noted).toEqual([]);
    expect(recovered?.headline).toBe('The post step could not finish all that the main step had left.');
    expect(problems).toEqual([
      'Writing acme/network: GitHub answered 503 (Service Unavailable). If GitHub is at fault, https://www.githubstatus.com says so; start the run again when it is over. The new token is sealed in the job summary, below "Finish by hand" (in the log, where the summary can\'t be written): run the command there by 2026-12-02 19:00 UTC, then this workflow with `mode: sync`.',
    ]);
  });

  test('one that fails leaves the others stored, and the journal in place', async () => {
    const { recovered, steps, problems } = await run({
      records: [sealedOnly],
      write: (line) => (line === 'acme/edge' ? githubAnswer(422) : { status: 'updated' }),
    });
    expect(recovered?.stored).toEqual(['acme/network', 'orgs/acme']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('Writing acme/edge: GitHub answered 422');
    expect(problems[0]).toContain('The home holds the new token. When the cause is mended, run this workflow with');
    expect(steps).not.toContain('journal removed');
  });

  test('targets that main had not sealed yet are left to sync', async () => {
    const { steps, problems } = await run({ records: [{ ...sealedOnly, sealed: new Map([[0, body(0)]]) }] });
    expect(steps).toEqual(['announced acme/network', 'wrote acme/network: sealed 0']);
    expect(problems).toEqual([
      'Finishing 2 targets: the main step ended before it sealed the new token for them. acme/network holds the new token. Run this workflow with `mode: sync`, which writes it to all others.',
    ]);
  });

  test('without dates in the journal, a person has fourteen days', async () => {
    const { issued: _, ...rest } = sealedOnly;
    const { announced } = await run({ records: [rest] });
    expect(announced[0]?.validity).toEqual({ previousValidUntil: now + 14 * day });
  });
});

describe('the expiry variable', () => {
  const header = { ...sealedOnly.header, expiryVariable: 'TE_EXPIRY' };
  const record = { ...sealedOnly, header };

  test('is written last, with the visibility of the home', async () => {
    const { variables, noted } = await run({ records: [record] });
    expect(variables).toEqual([[targets[0]?.store, 'TE_EXPIRY', '2028-11-22T19:00:00Z', {}]]);
    expect(noted.at(-1)).toEqual({ kind: 'dated' });
  });

  test('is left alone where main has written it', async () => {
    expect((await run({ records: [{ ...record, dated: true }] })).variables).toEqual([]);
  });

  test('that can not be written fails the step, and the journal stays', async () => {
    const { problems, noted, steps } = await run({ records: [record], variable: githubAnswer(403) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('Writing the expiry variable TE_EXPIRY: GitHub answered 403');
    expect(noted).not.toContainEqual({ kind: 'dated' });
    expect(steps).not.toContain('journal removed');
  });

  test('waits for the home', async () => {
    expect((await run({ records: [record], write: () => githubAnswer(500) })).variables).toEqual([]);
  });
});

describe('main still lives', () => {
  test('it is waited for, and its end is what counts', async () => {
    const { recovered, elapsed, noted } = await run({
      records: [...Array.from({ length: 8 }, () => sealedOnly), undefined],
      alive: () => true,
    });
    expect(recovered).toBeUndefined();
    expect({ elapsed, noted }).toEqual({ elapsed: 2000, noted: [] });
  });

  test('it dies meanwhile: what it left is finished', async () => {
    const { steps, elapsed, noted } = await run({ records: [sealedOnly], alive: (ms) => ms < 3000 });
    expect(elapsed).toBe(3000);
    expect(noted).not.toContainEqual({ kind: 'closed' });
    expect(steps).toContain('wrote acme/network: sealed 0');
  });

  test('it outlives the patience: the journal is closed, and what was asked is in doubt', async () => {
    const { noted, elapsed, problems } = await run({ records: [{ ...nothingDone, asked: true }], alive: () => true });
    expect(waitForMain).toBe(150_000);
    expect(elapsed).toBe(waitForMain);
    expect(noted).toEqual([{ kind: 'closed' }]);
    expect(problems[0]).toContain('the main step still waits for the answer, and the post step can wait no longer');
  });

  test('a cancel ends the waiting at once', async () => {
    const { noted, elapsed } = await run({ records: [nothingDone], alive: () => true, cancelAfter: 1000 });
    expect(noted).toEqual([{ kind: 'closed' }]);
    expect(elapsed).toBe(1000);
  });
});
