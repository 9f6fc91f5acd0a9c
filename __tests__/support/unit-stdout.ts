/** What is written to the standard output while something runs. */
export function captured(action: () => void): string {
  const original = process.stdout.write;
  let text = '';
  process.stdout.write = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  try {
    action();
  } finally {
    process.stdout.write = original;
  }
  return text;
}
