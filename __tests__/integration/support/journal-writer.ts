import { join } from 'node:path';
import { createJournal, readJournal } from '../../../src/rotation/journal/journal.ts';
import type { JournalHeader } from '../../../src/rotation/journal/journal-record.ts';
import { onAnySignal } from '../../../src/signals.ts';

/**
 * A process of its own that goes through a rotation's journal and prints what each step came to: its parent limits how
 * large its files may become, and a process can't lift that again.
 */
const [folder = '', beyond = ''] = process.argv.slice(2);
// As the action does: the signal of a file that is too large is caught, and the write fails.
onAnySignal(() => undefined);

const target = {
  target: {
    store: { level: 'repository', feature: 'actions', owner: 'acme', repository: 'network' },
    secret: 'TE_TOKEN',
  },
  name: 'acme/network',
  isFound: false,
  access: {},
  updatedAt: 1,
} as const;
const header: JournalHeader = {
  kind: 'run',
  pid: 1,
  targets: [target, target, target],
  token: 'sha256:9f86d081884c7d65',
  run: 'https://github.com/acme/network/actions/runs/1',
  credential: { key: 'k', hash: 'h' },
};
const sealed = (bytes: number) => ({ encrypted_value: 'x'.repeat(bytes), key_id: '568250167242549743' });
const warnings: string[] = [];
const states: Record<string, string> = {};

const created = createJournal(join(folder, 'journal.jsonl'), header, {
  log: { info: () => undefined, warning: (line) => void warnings.push(line) },
  leaveState: (name, value) => {
    states[name] = value;
    return true;
  },
});
if (!created.ok) console.log(JSON.stringify({ created: false, cause: created.error }));
else {
  const journal = created.value;
  const steps = [
    journal.note({ kind: 'next written', at: 1, isToken: false }),
    journal.note({ kind: 'testing', store: target.target.store, secret: 'ROTATION_WRITE_TEST' }),
    journal.note({ kind: 'tested', store: target.target.store }),
    journal.claim(),
    journal.note(
      { kind: 'issued', token: header.token, previousUntil: 1 },
      { kind: 'sealed', target: 0, body: sealed(65_600) },
    ),
    journal.note({ kind: 'sealed', target: 1, body: sealed(400) }, { kind: 'sealed', target: 2, body: sealed(400) }),
    journal.note({ kind: 'refused' }),
    journal.note({ kind: 'accepted' }),
    journal.note({ kind: 'next written', at: 1, isToken: true }),
    journal.note({ kind: 'next dated', date: 1 }),
    journal.note({ kind: 'writing home' }),
    ...[0, 1, 2].map((number) => journal.note({ kind: 'stored', target: number, at: 1 })),
    journal.note({ kind: 'confirmed', date: 1 }),
  ];
  const inReserve = journal.note({ kind: 'home refused' });
  const tooMuch =
    beyond === '' ? [] : [0, 1].map(() => journal.note({ kind: 'sealed', target: 1, body: sealed(Number(beyond)) }));
  const record = readJournal(states.journal ?? '');
  const found =
    record === undefined
      ? undefined
      : { asked: record.asked, stored: record.stored.size, sealed: record.sealed.size, confirmed: record.confirmed };
  journal.finish();
  console.log(
    JSON.stringify({ created: true, steps, inReserve, tooMuch, warnings, found, states: Object.keys(states) }),
  );
}
