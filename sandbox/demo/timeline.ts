import { DAY } from '../clock.ts';

export type Bar = { section: string; label: string; from: string; until: string };

/** The tasks of a Mermaid gantt chart, as far as the job summary uses them. */
function barsFrom(mermaid: string): Bar[] {
  const bars: Bar[] = [];
  let section = '';
  for (const line of mermaid.split('\n').map((text) => text.trim())) {
    const [, title] = /^section (.+)$/.exec(line) ?? [];
    const [, label, from, until] = /^(.+?) *:.*?(\d{4}-\d\d-\d\d), *(\d{4}-\d\d-\d\d)$/.exec(line) ?? [];
    if (title !== undefined) section = title;
    if (label !== undefined && from !== undefined && until !== undefined) bars.push({ section, label, from, until });
  }
  return bars;
}

/** A gantt chart in text: a bar for each task, to scale, with its label behind it. */
export function timeline(mermaid: string, width = 48): string {
  const bars = barsFrom(mermaid);
  if (bars.length === 0) return mermaid;
  const start = Math.min(...bars.map(({ from }) => Date.parse(from)));
  const end = Math.max(...bars.map(({ until }) => Date.parse(until)), start + DAY);
  const column = (day: string): number => Math.round(((Date.parse(day) - start) / (end - start)) * width);
  const titles = Math.max(...bars.map(({ section }) => section.length));
  return bars
    .map(({ section, label, from, until }) => {
      const length = Math.max(1, column(until) - column(from));
      const bar = `${' '.repeat(column(from))}${'█'.repeat(length)}`;
      return `${section.padEnd(titles)}  ${bar.padEnd(width, '·')}  ${label}`;
    })
    .join('\n');
}
