import { codeBlocks, codeIn, documents, read } from '../../__tests__/docs/support/markdown.ts';

const COMMAND = /^(?:[A-Z_]+=\S+ )?gh (?:secret|variable|workflow) \w+ \S/;

/** Every `gh secret`, `gh variable` and `gh workflow` that a document shows whole. */
export function commandsInDocuments(): { file: string; command: string }[] {
  const all = documents().flatMap((file) => commandsIn(read(file)).map((command) => ({ file, command })));
  return all.filter(({ command }, index) => all.findIndex((other) => other.command === command) === index);
}

/** The same of a log or a summary. */
export function commandsIn(text: string): string[] {
  const lines = codeBlocks(text)
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => block.text.split('\n'));
  const found = [...lines, ...text.split('\n').flatMap(codeIn)].map((line) => line.trim());
  return [...new Set(found.filter((line) => COMMAND.test(line)))];
}

/** The commands of a job summary that save what a run could not store. */
export function finishingIn(summary: string): string[] {
  const blocks = codeBlocks(summary).filter(({ language }) => language === 'sh');
  return blocks.map(({ text }) => text.trim()).filter((text) => text.startsWith('gh api --method PUT'));
}
