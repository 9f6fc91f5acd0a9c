import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** The action as its sources are, for the runner to start as processes: no bundle is needed, and Node takes the types off. */
export class SourceAction {
  readonly folder = mkdtempSync(join(tmpdir(), 'source-action-'));

  constructor() {
    const action = readFileSync(join(project, 'action.yml'), 'utf8');
    const entries = action.replace(/dist\/(\w+)\.js/g, (_, name: string) => join(project, 'src', `${name}.ts`));
    writeFileSync(join(this.folder, 'action.yml'), entries);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
