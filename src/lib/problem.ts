import { someOf } from './text.ts';

/** Something that went wrong, as a person reads it at 3 a.m. on a phone. Data: it is returned, never thrown. */
export interface Problem {
  readonly attempt: string;
  /** What came back, and what still works until when where that is known. */
  readonly cause: string;
  /** What to do now: one act or one command each, the deadline first. */
  readonly steps: readonly string[];
  /** Why, for whoever wants to know. */
  readonly why?: string;
}

/** What is left out where the same problem asks for more than that. */
export const startAgain = 'Run this workflow again.';

export function problem(attempt: string, cause: string, steps: string | readonly string[], why?: string): Problem {
  const list = typeof steps === 'string' ? [steps] : steps;
  return { attempt, cause, steps: list, ...(why === undefined ? {} : { why }) };
}

/** The same problem with a last step that says how to go on, in place of a mere new start. */
export function withSteps(found: Problem, ...last: readonly string[]): Problem {
  return { ...found, steps: [...found.steps.filter((step) => step !== startAgain), ...last] };
}

export function happenedIn({ attempt, cause }: Problem): string {
  return `${attempt}: ${sentence(cause)}`;
}

export function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** What to do: numbered where there is more than one step. */
export function numberedSteps({ steps }: Problem): readonly string[] {
  return steps.length === 1 ? steps : steps.map((step, index) => `${index + 1}. ${step}`);
}

/** The whole problem in one line. */
export function messageOf(found: Problem): string {
  return [happenedIn(found), ...numberedSteps(found), found.why ?? []].flat().join(' ');
}

/** A line for what happened, and one for each step. */
export function told(found: Problem): string {
  return [happenedIn(found), ...numberedSteps(found)].join('\n');
}

/** The same, and a line for why where there is one. */
export function linesOf(found: Problem): string {
  return found.why === undefined ? told(found) : `${told(found)}\nWhy: ${found.why}`;
}

/** Each problem once: targets in one repository share theirs. */
export function distinctProblems(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((each) => [messageOf(each), each])).values()];
}

/** Problems that differ only in what was attempted, and in its name, as one: many targets may fail alike. It names the first of them. */
export function grouped(problems: readonly Problem[], mostNames: number): Problem[] {
  const groups = Map.groupBy(problems, (each) => {
    const { cause, steps, why } = ofEach(each);
    return JSON.stringify([cause, steps, why]);
  });
  return [...groups.values()].flatMap((alike) => {
    if (alike.length === 1) return alike;
    const attempts = alike.map(({ attempt }) => attempt);
    // `Writing a, b`, not `Writing a, Writing b`.
    const [verb = ''] = /^(?:Reading|Writing) /.exec(attempts[0] ?? '') ?? [];
    const same = attempts.every((attempt) => attempt.startsWith(verb)) ? verb : '';
    const names = attempts.map((attempt) => attempt.slice(same.length));
    return alike.slice(0, 1).map((first) => ({ ...ofEach(first), attempt: `${same}${someOf(names, mostNames)}` }));
  });
}

/** The same without the name of the repository that it is about; in a command the name stays, which is to be run as it stands. */
function ofEach(found: Problem): Problem {
  const [name] = /[\w.-]+\/[\w.-]+/.exec(found.attempt) ?? [];
  if (name === undefined) return found;
  const whole = new RegExp(`(?<![\\w./-])${RegExp.escape(name)}(?![\\w/-]|[.]\\w)`, 'g');
  const inText = (text: string) =>
    text
      .split('`')
      .map((part, n) => (n % 2 === 0 ? part.replace(whole, 'each of them') : part))
      .join('`');
  const { attempt, cause, steps, why } = found;
  return problem(attempt, inText(cause), steps.map(inText), why === undefined ? undefined : inText(why));
}
