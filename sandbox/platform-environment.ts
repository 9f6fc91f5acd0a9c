import { TestEnvironment } from 'jest-environment-node';
import { type LeftOut, leftOutOf, reasonToLeaveOut, unknownTitles } from './platform.ts';

type Block = { type: 'describeBlock'; name: string; parent?: Block; children: (Block | Case)[] };
type Case = { type: 'test'; name: string; parent: Block; mode?: 'skip' };

/** Jest's environment for Node, which leaves out what this system can't do. */
export default class PlatformEnvironment extends TestEnvironment {
  readonly #entries: LeftOut[];
  readonly #system = (process.env.LEAVE_OUT_AS ?? process.platform) as NodeJS.Platform;

  constructor(...given: ConstructorParameters<typeof TestEnvironment>) {
    super(...given);
    this.#entries = leftOutOf(given[1].testPath);
  }

  /** @throws when the list names a test of this suite that is not there */
  handleTestEvent({ name }: { name: string }, state: { rootDescribeBlock: Block }): void {
    if (name !== 'run_start') return;
    const cases = casesBelow(state.rootDescribeBlock);
    const unknown = unknownTitles(cases.map(titleOf), this.#entries);
    if (unknown.length > 0) throw new Error(`sandbox/platform.ts names tests that are not here: ${unknown.join('; ')}`);
    for (const test of cases) {
      const reason = reasonToLeaveOut(titleOf(test), this.#entries, this.#system);
      if (reason === undefined) continue;
      test.mode = 'skip';
      process.stderr.write(`Left out on ${this.#system}, as ${reason}: ${titleOf(test)}\n`);
    }
  }
}

function casesBelow(block: Block): Case[] {
  return block.children.flatMap((child) => (child.type === 'test' ? [child] : casesBelow(child)));
}

/** With the names of the blocks that it stands in, but for Jest's own outermost one. */
function titleOf(test: Case): string {
  const names = [test.name];
  for (let block = test.parent; block.parent !== undefined; block = block.parent) names.unshift(block.name);
  return names.join(' ');
}
