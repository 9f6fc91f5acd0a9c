/** Something that went wrong, as a person reads it at 3 a.m. on a phone. Data: it is returned, never thrown. */
export interface Problem {
  /** What was attempted. */
  readonly attempt: string;
  /** What came back. */
  readonly cause: string;
  /** What to do now, in whole sentences. */
  readonly action: string;
}

export function problem(attempt: string, cause: string, action: string): Problem {
  return { attempt, cause, action };
}

/** The whole problem in one line. */
export function messageOf({ attempt, cause, action }: Problem): string {
  return `${attempt}: ${cause}. ${action}`;
}

/** Each problem once: targets in one repository share theirs. */
export function distinctProblems(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((each) => [messageOf(each), each])).values()];
}
