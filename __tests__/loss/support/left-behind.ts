import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sodium from 'libsodium-wrappers';
import type { JournalHeader, JournalLine } from '../../../src/rotation/journal.ts';
import { deadPid, resolved } from '../../unit/support/fakes.ts';
import { home, others, type Scene } from './scene.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** An action whose main leaves this journal behind, and whose post is that of the shipped bundle. */
export class LeftBehind {
  readonly folder = mkdtempSync(join(tmpdir(), 'loss-left-'));

  /** @param journal its text; where undefined main leaves no state at all */
  constructor(journal: string | undefined, isAsked = true) {
    const action = readFileSync(join(project, 'action.yml'), 'utf8');
    const post = JSON.stringify(join(project, 'dist/post.js'));
    writeFileSync(
      join(this.folder, 'action.yml'),
      action.replace(/main: .*/, 'main: main.mjs').replace(/post: .*/, `post: ${post}`),
    );
    const leave = `
      import { appendFileSync, writeFileSync } from 'node:fs';
      const path = process.env.RUNNER_TEMP + '/journal.jsonl';
      writeFileSync(path, ${JSON.stringify(journal ?? '')}, { mode: 0o600 });
      writeFileSync(path + '${isAsked ? '.asked' : '.unclaimed'}', '');
      appendFileSync(process.env.GITHUB_STATE, 'journal=' + path + '\\n');`;
    writeFileSync(join(this.folder, 'main.mjs'), journal === undefined ? '' : leave);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** The lines of a journal that a run of the scene would write. */
export class Lines {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  header(more: Partial<JournalHeader> = {}): JournalHeader {
    const { github } = this.#scene.world;
    const [repository, environment, organization] = [home, ...others].map((line) => ({
      ...resolved(line),
      access: {},
      updatedAt: github.secret(line)?.updatedAt,
    }));
    if (!repository || !environment || !organization) throw new Error('the scene has three targets');
    const ids = this.#scene.world.github.secret(others[1])?.selectedRepositoryIds ?? [];
    const access = { visibility: 'selected', selectedRepositoryIds: ids } as const;
    return { kind: 'run', pid: deadPid, targets: [repository, environment, { ...organization, access }], ...more };
  }

  issued(): JournalLine {
    const at = this.#scene.world.clock.now();
    return { kind: 'issued', validUntil: at + 730 * 86_400_000, previousValidUntil: at + 14 * 86_400_000 };
  }

  /** The value sealed for one of the targets. */
  async sealed(target: number, value: string): Promise<JournalLine> {
    await sodium.ready;
    const line = [home, ...others][target] ?? '';
    const key = this.#scene.world.github.store(line)?.publicKey;
    if (key === undefined) throw new Error(`no store: ${line}`);
    const box = sodium.crypto_box_seal(value, Buffer.from(key.key, 'base64'));
    const access = this.header().targets[target]?.access ?? {};
    const body = {
      encrypted_value: Buffer.from(box).toString('base64'),
      key_id: key.key_id,
      ...(access.visibility && { visibility: access.visibility }),
      ...(access.selectedRepositoryIds && { selected_repository_ids: access.selectedRepositoryIds }),
    };
    return { kind: 'sealed', target, body };
  }
}

export function textOf(lines: readonly JournalLine[]): string {
  return lines.map((line) => `\n${JSON.stringify(line)}\n`).join('');
}
