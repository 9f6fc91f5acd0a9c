import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INPUTS = `
inputs:
  thousandeyes-token: { required: true }
  thousandeyes-token-next: { required: true, default: the line is missing }
  github-token: { required: true }
  thousandeyes-api-url: { default: https://api.example/v7 }
  github-api-url: { default: '\${{ github.api_url }}' }
  targets: { default: '\${{ github.repository }}' }
  record: { required: true }
  with spaces: { default: 12 }
`;

/** A folder with an action whose stages are these scripts; `folder` and `E`, the environment, are at hand in them. */
export class FakeAction {
  readonly folder = mkdtempSync(join(tmpdir(), 'fake-action-'));

  constructor(main: string, post?: string) {
    const stages = { main, ...(post === undefined ? {} : { post }) };
    for (const [name, script] of Object.entries(stages)) {
      const prelude = `import fs from 'node:fs'; const E = process.env; const say = (t) => fs.writeSync(1, t + '\\n');\n`;
      writeFileSync(join(this.folder, `${name}.mjs`), prelude + script);
    }
    const runs = Object.keys(stages).map((name) => `  ${name}: ${name}.mjs\n`);
    writeFileSync(join(this.folder, 'action.yml'), `name: Fake\n${INPUTS}runs:\n  using: node24\n${runs.join('')}`);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
