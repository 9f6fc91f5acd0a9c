import type { Need } from './needs.ts';

/** Prints what a client proved, one line each, and keeps whether all of it held. */
export class Proofs {
  failed = 0;

  /** Something that has to be so. Whatever shows why it is not is printed below it. */
  holds(text: string, isSo: boolean, why = ''): void {
    if (isSo) console.log(`  ✓ ${text}`);
    else this.fails(`not so: ${text}`, why);
  }

  fails(text: string, why = ''): void {
    this.failed += 1;
    console.log(`  ✗ ${text}`);
    if (why !== '') console.log(why.replaceAll(/^(?=.)/gm, '      '));
  }

  /** The same for two values that have to be equal. */
  equals(text: string, found: unknown, expected: unknown): void {
    const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
    this.holds(text, one === other, `found    ${one}\nexpected ${other}`);
  }
}

/** A program that nobody here wrote, and what it is to prove. */
export type Client = {
  readonly name: string;
  /** What has to be there. */
  readonly needs: readonly Need[];
  /** What was used, as it calls itself. */
  version(): Promise<string>;
  prove(proofs: Proofs): Promise<void>;
};
