import { DAY, HOUR, MINUTE } from './clock.ts';

const UNITS: [RegExp, number][] = [
  [/^(ms|milliseconds?)$/, 1],
  [/^(s|seconds?)$/, 1000],
  [/^(min|minutes?)$/, MINUTE],
  [/^(h|hours?)$/, HOUR],
  [/^(d|days?)$/, DAY],
];

/** Milliseconds of `15 days`, `90 s` or `1 day 3 hours`. @throws where it is none of that */
export function spanOf(text: string): number {
  const parts = text.trim().split(/(?<=[a-z])\s+/);
  return parts.reduce((sum, part) => sum + partOf(part, text), 0);
}

function partOf(part: string, text: string): number {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/.exec(part) ?? [];
  const length = UNITS.find(([name]) => name.test(unit))?.[1];
  if (length === undefined) throw new Error(`No span of time: ${text}`);
  return Math.round(Number(count) * length);
}
