/** One thing to do, as a person reads it: the text, and the command in a block of its own where there is one. */
export type Step = { text: string; command?: string };

/** The numbered lists of a summary, in order, without what is folded away. */
export function adviceIn(summary: string): Step[][] {
  const lists: Step[][] = [];
  const open = summary.replace(/<details>.*?<\/details>/gs, '').split('\n');
  let command: string[] | undefined;
  for (const line of open) {
    const last = lists.at(-1)?.at(-1);
    const [, number, text = ''] = /^(\d+)\. (.*)$/.exec(line) ?? [];
    if (number === '1') lists.push([]);
    if (number !== undefined) lists.at(-1)?.push(stepFrom(text));
    else if (/^\s*```sh$/.test(line)) command = [];
    else if (command !== undefined && /^\s*```$/.test(line)) {
      if (last !== undefined) last.command = command.join('\n');
      command = undefined;
    } else command?.push(line.trim());
  }
  const below = lists.flat().findLast(({ command: found }) => found?.startsWith('gh api'))?.command;
  const named = (step: Step): Step =>
    /command below/.test(step.text) && below !== undefined ? { ...step, command: below } : step;
  return lists.map((list) => list.map(named));
}

/** A command may also stand in the text. */
export function stepFrom(markdown: string): Step {
  const text = markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const command = /`((?:GH_HOST=\S+ )?gh [^`]+)`/.exec(text)?.[1];
  return command === undefined ? { text } : { text, command };
}

/** What a step wants, in the order in which its words say it. */
export type Act =
  | { kind: 'revoke all' }
  | { kind: 'create' }
  | { kind: 'type'; command: string }
  | { kind: 'run'; mode?: string; isFresh: boolean }
  /** Something to look at or to mend, which no word can do for a person. */
  | { kind: 'look' };

const words: readonly [RegExp, (step: Step) => Act | undefined][] = [
  [/revoke every token/i, () => ({ kind: 'revoke all' })],
  [/create a token there/i, () => ({ kind: 'create' })],
  [/`(?:GH_HOST=\S+ )?gh |\bstore it\b|run this \*\*by|delete it\b|command below/i, ({ command }) => typed(command)],
  [
    /(?:run|start) (?:this|the) workflow|start (?:a|the) (?:fresh )?(?:run|rotation)|start one|run it again|\bthen this workflow/i,
    ({ text }) => ({ kind: 'run', ...modeIn(text), isFresh: !/\bre-run\b(?!\.?\)|\b)/i.test(text) }),
  ],
  [
    /\b(?:look|check|find|see|stop|give|use|create (?:it again|a new|a token with)|name each|needs the|remove|add|put|set|make|take|delete|ask|name|pass|let|authorize|wait until|do what)\b/i,
    () => ({ kind: 'look' }),
  ],
];

function typed(command: string | undefined): Act | undefined {
  return command === undefined ? undefined : { kind: 'type', command };
}

function modeIn(text: string): { mode?: string } {
  const mode = /`mode: (\w+)`/.exec(text)?.[1];
  return mode === undefined ? {} : { mode };
}

/** The acts of a step; none where no actor knows what to do. */
export function actsOf(step: Step): Act[] {
  const found = words.flatMap(([pattern, act]) => {
    const at = step.text.search(pattern);
    const meant = at === -1 ? undefined : act(step);
    return meant === undefined ? [] : [{ at, act: meant }];
  });
  if (step.command !== undefined && !found.some(({ act }) => act.kind === 'type'))
    found.push({ at: step.text.length, act: { kind: 'type', command: step.command } });
  return found.sort((a, b) => a.at - b.at).map(({ act }) => act);
}

/** When a step is to be done: not before a moment, or before one. In ms since the epoch. */
export function timesIn({ text }: Step): { from?: number; by?: number } {
  const [, word = '', day = '', minute = '00:00'] =
    /\b(after|on|from|by|before) \*{0,2}(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}))?/i.exec(text) ?? [];
  const moment = Date.parse(`${day}T${minute}:00Z`);
  if (Number.isNaN(moment)) return {};
  return /by|before/i.test(word) ? { by: moment } : { from: moment };
}
