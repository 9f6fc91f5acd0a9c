import { messageOf, type Problem } from '../../../../src/lib/problem.ts';
import type { Outcome } from '../../../../src/rotation/outcome.ts';

/** Something that the action says to a person. */
export interface Message {
  readonly kind: 'headline' | 'error' | 'warning' | 'notice' | 'cause' | 'log' | 'summary';
  readonly text: string;
}

export interface Situation {
  readonly title: string;
  readonly say: () => readonly Message[] | Promise<readonly Message[]>;
}

export interface Chapter {
  readonly title: string;
  readonly situations: readonly Situation[];
}

/** A situation whose messages are made on the spot. */
export function situation(title: string, ...said: readonly (Message | Problem | undefined)[]): Situation {
  return { title, say: () => said.filter((each) => each !== undefined).map(asMessage) };
}

export function error(text: string): Message {
  return { kind: 'error', text };
}

export function warning(text: string): Message {
  return { kind: 'warning', text };
}

/** All that an outcome says outside of the job summary. */
export function messagesOf({ headline, problems, warnings, notices }: Outcome): Message[] {
  return [
    { kind: 'headline', text: headline },
    ...problems.map(asMessage),
    ...warnings.map(warning),
    ...notices.map((text) => ({ kind: 'notice', text }) as const),
  ];
}

function asMessage(said: Message | Problem): Message {
  return 'kind' in said ? said : error(messageOf(said));
}

/** Everything as one Markdown text in which each sentence has a line of its own. */
export async function manuscriptOf(intro: string, chapters: readonly Chapter[]): Promise<string> {
  const parts = [intro];
  for (const { title, situations } of chapters) {
    parts.push(`## ${title}`);
    for (const each of situations) {
      const said = await each.say();
      if (said.length === 0) throw new Error(`nothing is said in "${title}": "${each.title}"`);
      parts.push(`### ${each.title}`, said.map(rendered).join('\n'));
    }
  }
  return `${parts.join('\n\n')}\n`;
}

function rendered({ kind, text }: Message): string {
  if (kind !== 'summary') return `- **${kind}**: ${sentences(text).join('\n  ')}`;
  const lines = text.trim().split('\n');
  return lines.map((line) => (line === '' ? '>' : `> ${line}`)).join('\n');
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.?!]) (?=[A-Z`"])/);
}
