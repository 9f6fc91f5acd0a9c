import { writeFileSync } from 'node:fs';
import sodium from 'libsodium-wrappers';
import { jobKeyFrom, journalPath } from '../../../src/journal-files.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { markOf } from '../../../src/rotation/journal/journal-handle.ts';
import type { JournalHeader, JournalLine } from '../../../src/rotation/journal/journal-record.ts';
import { deadPid, resolved } from '../../unit/support/fakes.ts';
import { LossProcess } from './process.ts';
import { fingerprint } from './record.ts';
import { home, nextName, others, type Scene, startScene, targets } from './scene.ts';

const token = 'te-new-by-hand';
const day = 86_400_000;

/** What a run of the scene leaves when it ends in the middle: the token that ThousandEyes issued, the note, and a journal. */
export class LeftBehind {
  readonly scene: Scene;
  readonly token = token;
  readonly #job: LossProcess;

  constructor(scene: Scene, job: LossProcess) {
    this.scene = scene;
    this.#job = job;
    const { thousandeyes, github, clock } = scene.world;
    const [account] = thousandeyes.accounts;
    if (account === undefined) throw new Error('there is no account');
    thousandeyes.addToken(account, { value: token });
    thousandeyes.issued.push(token);
    github.seed(home, { name: nextName, value: `asked ${new Date(clock.now()).toISOString()} ${this.run}` });
  }

  /** The page of the run. */
  get run(): string {
    return `https://github.com/acme/network/actions/runs/${this.#job.runId}`;
  }

  /** Puts a journal where post finds it; yields its path. */
  leave(text: string, isAsked = true): string {
    const { temp, variables } = this.#job.environment();
    const path = journalPath(temp, jobKeyFrom(variables));
    writeFileSync(path, text);
    writeFileSync(`${path}${isAsked ? '.asked' : '.unclaimed'}`, '');
    return path;
  }

  header(more: Partial<JournalHeader> = {}): JournalHeader {
    const { github, currentToken, githubToken } = this.scene.world;
    return {
      kind: 'run',
      pid: deadPid,
      targets: targets.map((line) => {
        const secret = github.secret(line);
        const selected = secret?.selectedRepositoryIds;
        const access = selected && { visibility: 'selected', selectedRepositoryIds: selected };
        // As GitHub shows it, in whole seconds.
        const updatedAt = Math.floor((secret?.updatedAt ?? 0) / 1000) * 1000;
        return { ...resolved(line), access: { ...access }, updatedAt } as JournalHeader['targets'][number];
      }),
      token: fingerprint(currentToken),
      run: this.run,
      credential: markOf(new Secret(githubToken), github.url, 'a key'),
      ...more,
    };
  }

  /** The note is written, at that moment. */
  noted(): JournalLine {
    return { kind: 'next written', at: this.scene.world.clock.now(), isToken: false };
  }

  issued(): JournalLine {
    const at = this.scene.world.clock.now();
    return { kind: 'issued', token: fingerprint(token), validUntil: at + 730 * day, previousUntil: at + 14 * day };
  }

  /** The token sealed for one of the targets. */
  async sealed(target: number): Promise<JournalLine> {
    await sodium.ready;
    const line = [home, ...others][target] ?? '';
    const key = this.scene.world.github.store(line)?.publicKey;
    if (key === undefined) throw new Error(`no store: ${line}`);
    const box = sodium.crypto_box_seal(token, Buffer.from(key.key, 'base64'));
    const { visibility, selectedRepositoryIds } = this.header().targets[target]?.access ?? {};
    const body = {
      encrypted_value: Buffer.from(box).toString('base64'),
      key_id: key.key_id,
      ...(visibility && { visibility }),
      ...(selectedRepositoryIds && { selected_repository_ids: selectedRepositoryIds }),
    };
    return { kind: 'sealed', target, body };
  }

  /** The lines of a main that ended when everything was sealed. */
  async whole(): Promise<JournalLine[]> {
    const sealed = await Promise.all([0, 1, 2].map((number) => this.sealed(number)));
    return [this.header(), this.noted(), this.issued(), ...sealed];
  }
}

export function textOf(lines: readonly JournalLine[]): string {
  return lines.map((line) => `\n${JSON.stringify(line)}\n`).join('');
}

/** A scene in which a main has ended in the middle, and its job. */
export async function leftScene() {
  const scene = await startScene({ frozen: true });
  const job = new LossProcess(scene);
  const left = new LeftBehind(scene, job);
  return {
    scene,
    job,
    left,
    async [Symbol.asyncDispose]() {
      job[Symbol.dispose]();
      await scene[Symbol.asyncDispose]();
    },
  };
}
