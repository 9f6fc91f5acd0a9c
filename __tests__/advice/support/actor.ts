import { DAY, HOUR } from '../../../sandbox/clocks/clock.ts';
import { type Act, actsOf, adviceIn, type Step, timesIn } from './advice.ts';
import type { Estate } from './estate.ts';
import type { Page } from './job.ts';
import { shapeOf } from './shape.ts';

/** What only the person knows who reads the words. */
export type Person = {
  /** Waits as long as the words let him. */
  isLate?: boolean;
  /** Mends what a step says to look at; whether there was anything to mend. */
  look?: (text: string) => boolean;
};

/** More rounds than this are a loop. */
const mostRounds = 12;

/** Obeys what the pages of runs say, word by word and no more, until a run is green. */
export class Actor {
  /** What was done, in short. */
  readonly done: string[] = [];
  #hasMended = false;
  /** The last command of a summary in which a token is sealed. */
  #command: string | undefined;
  /** What the pages said that were obeyed, list by list. */
  readonly read = new Set<string>();
  /** What could not be obeyed. */
  readonly stuck: string[] = [];
  readonly #estate: Estate;
  readonly #person: Person;
  readonly #end: number;

  /** @param end when it is over, in ms since the epoch */
  constructor(estate: Estate, person: Person, end: number) {
    this.#estate = estate;
    this.#person = person;
    this.#end = end;
  }

  async obey(first: Page): Promise<void> {
    let page = first;
    for (let round = 0; page.failed && this.#estate.now < this.#end && this.stuck.length === 0; round++) {
      if (round === mostRounds) return void this.stuck.push('the advice goes round in circles');
      const lists = adviceIn(page.summary);
      for (const list of lists) this.read.add(shapeOf(list.map(({ text }) => text)));
      if (lists.length > 0) page = await this.#follow(lists.flat(), page);
      // The machine was gone: the page says nothing.
      else if (page.summary.trim() === '') page = await this.#schedule();
      else return void this.stuck.push(`nothing to do in: ${page.summary.slice(0, 200)}`);
    }
  }

  /** Yields the page of the last run. */
  async #follow(steps: readonly Step[], page: Page): Promise<Page> {
    this.#command = steps.find(({ command }) => command?.startsWith('gh api'))?.command ?? this.#command;
    const isNews = (now: Page): boolean => !now.failed || adviceOf(now) !== adviceOf(page);
    const waited = await this.#untilLate(steps, isNews);
    if (waited !== undefined) return waited;
    this.#hasMended = false;
    let [ran, isOpen]: [Page | undefined, boolean] = [undefined, true];
    for (const step of steps) {
      const wanted = this.#wanted(step, ran, page);
      if (wanted === 'stop') break;
      if (wanted === 'skip') continue;
      // What stands behind a run is for the case that a condition names.
      isOpen ||= isConditional(step);
      if (!isOpen) break;
      const { from } = timesIn(step);
      const told = from === undefined ? undefined : await this.#wait(from, isNews);
      if (told !== undefined) return told;
      const acts = actsOf(this.#withCommand(step));
      if (acts.length === 0) this.stuck.push(`nobody can do this: ${step.text}`);
      for (const act of acts) {
        const page = await this.#act(act, step);
        if (page !== undefined && isNews(page)) return page;
        [ran, isOpen] = page === undefined ? [ran, isOpen] : [page, false];
      }
    }
    // Whoever was told to mend something, and not to start a run, leaves it to the schedule.
    if (ran !== undefined && !this.#hasMended) return ran;
    const last = steps.at(-1);
    const [again] = last === undefined ? [] : actsOf(last);
    return this.#hasMended && again?.kind === 'run' && last !== undefined ? this.#run(again, last) : this.#schedule();
  }

  /** A late person uses up all the time that the words give. */
  async #untilLate(steps: readonly Step[], isNews: (page: Page) => boolean): Promise<Page | undefined> {
    if (!this.#person.isLate) return undefined;
    // What is said to be done tomorrow, later or from a day on is done then.
    if (
      steps.slice(0, 1).some((step) => /tomorrow|later\b(?! by)/i.test(step.text) || timesIn(step).from !== undefined)
    )
      return undefined;
    const deadlines = steps.flatMap((step) => timesIn(step).by ?? []);
    const latest = deadlines.length === 0 ? this.#estate.now + 15 * DAY : Math.min(...deadlines) - 2 * HOUR;
    if (latest <= this.#estate.now) return undefined;
    this.done.push(deadlines.length === 0 ? 'sees no deadline' : 'waits until the deadline');
    return this.#estate.until(Math.min(latest, this.#end), isNews);
  }

  #wanted({ text }: Step, ran: Page | undefined, { summary }: Page): 'do' | 'skip' | 'stop' {
    if (/unless a ✅ of the post step follows/.test(text) && summary.includes('### ✅')) return 'skip';
    if (/^if (?:that|it|this) (?:still )?(?:fails|stays)/i.test(text)) return ran?.failed ? 'do' : 'stop';
    // What stands there is for whoever has found nothing to mend.
    if (/^if (?:so|that is right)\b/i.test(text)) return this.#hasMended ? 'stop' : 'do';
    if (/^if the summary of that run gives a command/i.test(text)) return this.#command === undefined ? 'skip' : 'do';
    return /^(?:or |if a newer release|if not,)/i.test(text) ? 'skip' : 'do';
  }

  /** A summary may send its reader to another one for the command. */
  #withCommand(step: Step): Step {
    const command = this.#command;
    return /summary of that run/i.test(step.text) && command !== undefined ? { ...step, command } : step;
  }

  async #act(act: Act, step: Step): Promise<Page | undefined> {
    const estate = this.#estate;
    switch (act.kind) {
      case 'look':
        this.#hasMended = this.#person.look?.(step.text) ?? false;
        return undefined;
      case 'revoke all':
        this.done.push('revoke all');
        return void estate.revokeAll();
      case 'create':
        this.done.push('create');
        return void estate.create();
      case 'type': {
        this.done.push(nameOf(act.command));
        if (/\bany word\b/.test(step.text)) estate.clipboard = 'anything';
        await estate.type(act.command);
        return undefined;
      }
      case 'run':
        return this.#run(act, step);
    }
  }

  async #run(act: Extract<Act, { kind: 'run' }>, { text }: Step): Promise<Page> {
    const estate = this.#estate;
    const pause = /\btomorrow\b/i.test(text) ? DAY : /\blater\b/i.test(text) ? HOUR : 0;
    if (pause > 0) await estate.until(estate.now + pause);
    this.done.push(act.mode === undefined ? 'run' : `run ${act.mode}`);
    const page = await estate.run(act.mode === undefined ? {} : { mode: act.mode });
    return page;
  }

  async #wait(moment: number, isNews: (page: Page) => boolean): Promise<Page | undefined> {
    if (moment <= this.#estate.now) return undefined;
    this.done.push(`wait ${Math.round((moment - this.#estate.now) / DAY)} days`);
    return this.#estate.until(Math.min(moment, this.#end), isNews);
  }

  async #schedule(): Promise<Page> {
    this.done.push('wait for the schedule');
    return this.#estate.nextRun();
  }
}

function isConditional({ text }: Step): boolean {
  return /^if /i.test(text);
}

/** What a page tells to do; what it names, when and where does not count, unless it is a day to wait for. */
function adviceOf({ summary }: Page): string {
  const texts = adviceIn(summary)
    .flat()
    .map(({ text }) => text);
  return texts.join('\n').replace(/actions\/runs\/\d+/g, '');
}

function nameOf(command: string): string {
  return /gh (?:secret|variable) \w+ \w+/.exec(command)?.[0] ?? 'gh api';
}
