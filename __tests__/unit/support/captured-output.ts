/** Keeps what is written to the standard output to itself, until it is disposed of. */
class HeldOutput {
  text = '';
  readonly #write = process.stdout.write;

  constructor() {
    process.stdout.write = (chunk: string | Uint8Array) => {
      this.text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    };
  }

  [Symbol.dispose](): void {
    process.stdout.write = this.#write;
  }
}

/** What is written to the standard output while something runs. */
export function captured(action: () => void): string {
  using output = new HeldOutput();
  action();
  return output.text;
}

/** The same while something runs that takes its time. */
export async function capturedMeanwhile(action: () => Promise<unknown>): Promise<string> {
  using output = new HeldOutput();
  await action();
  return output.text;
}
