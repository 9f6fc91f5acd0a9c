import { happenedIn, type Problem } from '../../../../src/lib/problem.ts';
import type { Outcome } from '../../../../src/rotation/outcome.ts';
import { actorOf, readObeyed } from '../../../advice/support/obeyed.ts';

const obeyed = readObeyed();

/** Something that the action says to a person. */
export interface Message {
  readonly kind: 'headline' | 'error' | 'warning' | 'notice' | 'cause' | 'log' | 'summary' | 'record' | 'target';
  readonly text: string;
}

export type Said = Message | Problem | { readonly warned: Problem };

export interface Situation {
  readonly title: string;
  readonly say: () => readonly Said[] | Promise<readonly Said[]>;
}

export interface Chapter {
  readonly title: string;
  readonly situations: readonly Situation[];
}

/** A situation whose messages are made on the spot. */
export function situation(title: string, ...said: readonly (Said | undefined)[]): Situation {
  return { title, say: () => said.filter((each) => each !== undefined) };
}

export function error(text: string): Message {
  return { kind: 'error', text };
}

export function warning(text: string): Message {
  return { kind: 'warning', text };
}

/** All that an outcome says outside of the job summary. */
export function messagesOf({ headline, record = [], results, problems, warnings, notices }: Outcome): Said[] {
  return [
    { kind: 'headline', text: headline },
    ...record.map((text) => ({ kind: 'record', text }) as const),
    ...problems,
    ...warnings.map(warning),
    ...notices.map((text) => ({ kind: 'notice', text }) as const),
    ...results.flatMap(({ note }) => (note === undefined ? [] : [{ kind: 'target', text: note } as const])),
  ];
}

/** The page, and how long each problem is before its fold. */
export interface Manuscript {
  readonly text: string;
  readonly lengths: readonly { readonly words: number; readonly steps: readonly string[]; readonly title: string }[];
}

/** Everything as one Markdown text in which each step and each sentence has a line of its own. */
export async function manuscriptOf(intro: string, chapters: readonly Chapter[]): Promise<Manuscript> {
  const parts = [intro];
  const lengths: Manuscript['lengths'][number][] = [];
  for (const { title, situations } of chapters) {
    parts.push(`## ${title}`);
    for (const each of situations) {
      const said = await each.say();
      if (said.length === 0) throw new Error(`nothing is said in "${title}": "${each.title}"`);
      parts.push(`### ${each.title}`, said.map(rendered).join('\n'));
      for (const found of said.map((each) => ('warned' in each ? each.warned : each)))
        if ('cause' in found)
          lengths.push({
            words: wordsOf(found),
            steps: found.steps,
            title: `${title}: ${each.title}`,
          });
    }
  }
  return { text: `${parts.join('\n\n')}\n`, lengths };
}

function rendered(said: Said): string {
  if ('cause' in said) return renderedProblem(said, 'error');
  if ('warned' in said) return renderedProblem(said.warned, 'warning');
  const { kind, text } = said;
  if (kind !== 'summary') return `- **${kind}**: ${sentences(text).join('\n  ')}`;
  const lines = text.trim().split('\n');
  return lines.map((line) => (line === '' ? '>' : `> ${line}`)).join('\n');
}

function renderedProblem(found: Problem, kind: string): string {
  const { steps, why } = found;
  return [
    `- **${kind}**: ${sentences(happenedIn(found)).join('\n  ')}`,
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...(steps.length === 0 ? [] : [`  - Actor: ${actorOf(steps, obeyed)}.`]),
    ...(why === undefined ? [] : [`  - Why: ${sentences(why).join('\n    ')}`]),
  ].join('\n');
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.?!]) (?=[A-Z`"])/);
}

/** What a person reads of a problem before its fold; code, a link and a path of menus, which are not read word by word, as one each. */
function wordsOf(found: Problem): number {
  const text = [happenedIn(found), ...found.steps].join(' ');
  return text
    .replace(/`[^`]*`|https:\S+/g, 'code')
    .replace(
      /ThousandEyes > Account Settings > Users and Roles > Profile > User API Tokens|Settings > [\w ]+(?: > [\w ]+)+/g,
      'path',
    )
    .trim()
    .split(/\s+/).length;
}
