import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Chromium } from './summaries/chromium.ts';
import { outcomes, pictures } from './summaries/outcomes.ts';
import { pageOf, themeNames } from './summaries/page.ts';

/**
 * Draws job summaries of runs in the sandbox as GitHub shows them, light and dark: the README's two pictures, or with
 * `--all` every outcome at the widths of a phone and of a desk, to be looked at. Needs a Chromium; `--chromium` says where
 * it is.
 */
const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    out: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
});

/** In CSS pixels: a phone, a desk, and half of the README's column. */
const widths = { phone: 390, desk: 1012, readme: 430 };

const plays = values.all ? outcomes : pictures;
const out = values.out ?? (values.all ? 'build/summaries' : 'docs/images');
mkdirSync(out, { recursive: true });
await using chromium = await Chromium.start(values.chromium);
for (const name of values.only ?? Object.keys(plays)) {
  const play = plays[name];
  if (play === undefined) throw new Error(`No such outcome: ${name}. There are ${Object.keys(plays).join(', ')}.`);
  const summary = await play();
  for (const theme of themeNames) {
    const page = pageOf(summary, theme);
    if (!values.all) await draw(page, widths.readme, `${name}-${theme}`);
    else for (const width of [widths.phone, widths.desk]) await draw(page, width, `${name}-${width}-${theme}`);
  }
}

async function draw(page: string, width: number, name: string): Promise<void> {
  const path = join(out, `${name}.png`);
  const { height, excess } = await chromium.picture(page, width, path);
  process.stdout.write(`${path} ${width} × ${height}${excess > 0 ? `, ${excess} too wide` : ''}\n`);
}
