/**
 * Something that went wrong, as a person reads it at 3 a.m. on a phone: what was tried, what came back, what to do now.
 */
export class Problem extends Error {
  override name = 'Problem';
  readonly tried: string;
  readonly cameBack: string;
  readonly todo: string;

  constructor(tried: string, cameBack: string, todo: string) {
    super(`${tried}: ${cameBack}. ${todo}`);
    this.tried = tried;
    this.cameBack = cameBack;
    this.todo = todo;
  }
}

/** A cancel came while nothing had been asked for yet. */
export class Cancelled extends Error {
  override name = 'Cancelled';
}
