import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { marked } from 'marked';
import { EXAMPLE, startExample } from '../sandbox/demo/example.ts';
import type { RunResult } from '../sandbox/runner.ts';

/**
 * Draws the README's pictures: the log and the job summary of a rotation in the sandbox, as GitHub shows them, light
 * and dark. Needs a Chromium; `--chromium` says where it is.
 */
const { values } = parseArgs({
  options: {
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    out: { type: 'string', default: 'docs/images' },
  },
});

const WIDTH = 900;
const THEMES = {
  light: { page: '#ffffff', text: '#1f2328', muted: '#59636e', border: '#d1d9e0', panel: '#f6f8fa', done: '#1a7f37' },
  dark: { page: '#0d1117', text: '#f0f6fc', muted: '#9198a1', border: '#3d444d', panel: '#151b23', done: '#3fb950' },
};
type Theme = keyof typeof THEMES;

const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'render-'));
try {
  const result = await rotation();
  mkdirSync(values.out, { recursive: true });
  for (const theme of Object.keys(THEMES) as Theme[]) {
    draw(`summary-${theme}`, page(theme, summaryPanel(result.summary, theme)));
    draw(`log-${theme}`, page(theme, logPanel(result)));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function rotation(): Promise<RunResult> {
  await using world = await startExample();
  const result = await world.run({ with: EXAMPLE, secrets: [world.currentToken, world.githubToken] });
  if (result.exitCode !== 0) throw new Error(`The rotation failed:\n${result.log}`);
  return result;
}

/** Twice: once to learn how high the page is, once to take the picture. */
function draw(name: string, html: string): void {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  const dom = chromium(file, '--dump-dom', `--window-size=${WIDTH},800`);
  const height = /data-height="(\d+)"/.exec(dom)?.[1];
  if (height === undefined) throw new Error(`${name}: the page was not ready in time`);
  const picture = join(values.out, `${name}.png`);
  chromium(file, `--screenshot=${picture}`, `--window-size=${WIDTH},${height}`, '--force-device-scale-factor=2');
  process.stdout.write(`${picture} ${WIDTH} × ${height}\n`);
}

function chromium(file: string, ...flags: string[]): string {
  const quiet = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--hide-scrollbars',
    '--allow-file-access-from-files',
    '--virtual-time-budget=10000',
    `--user-data-dir=${join(folder, 'profile')}`,
  ];
  const all = [...quiet, ...flags, pathToFileURL(file).href];
  return execFileSync(values.chromium, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function summaryPanel(markdown: string, theme: Theme): string {
  const mermaid = pathToFileURL(require.resolve('@mermaid-js/tiny')).href;
  const body = marked
    .parse(markdown, { async: false })
    .replace(/<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g, '<pre class="mermaid">$1</pre>');
  return `<section><header>rotate summary</header><div class="markdown-body">${body}</div></section>
    <script src="${mermaid}"></script>
    <script>
      mermaid.initialize({ startOnLoad: false, theme: '${theme === 'dark' ? 'dark' : 'default'}' });
      mermaid.run().then(ready);
    </script>`;
}

function logPanel({ log, durationMs }: RunResult): string {
  const lines = log.split('\n').map((line, i) => `<li><i>${i + 1}</i>${escaped(line)}</li>`);
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  return `<section><header><b>✓</b> Rotate the ThousandEyes token <small>${seconds}s</small></header>
    <ol>${lines.join('')}</ol></section><script>ready();</script>`;
}

function page(theme: Theme, content: string): string {
  const { page: back, text, muted, border, panel, done } = THEMES[theme];
  const look = readFileSync(require.resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8');
  return `<!doctype html><html><head><meta charset="utf-8"><style>${look}
    body { margin: 0; padding: 16px; background: ${back}; color: ${text}; display: flow-root;
      font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
    section { border: 1px solid ${border}; border-radius: 6px; overflow: hidden; }
    header { padding: 8px 16px; background: ${panel}; border-bottom: 1px solid ${border}; font-weight: 600; }
    header b { color: ${done}; margin-right: 8px; } header small { float: right; color: ${muted}; font-weight: 400; }
    .markdown-body { padding: 16px 24px 24px; } .markdown-body .mermaid { background: none; padding: 0; }
    ol { list-style: none; margin: 0; padding: 8px 0; font: 12px/20px ui-monospace, "Noto Sans Mono", "DejaVu Sans Mono", monospace; }
    li { padding: 0 16px 0 0; white-space: pre-wrap; } i { display: inline-block; width: 48px; margin-right: 16px;
      text-align: right; color: ${muted}; font-style: normal; }
    </style><script>
      function ready() { document.body.dataset.height = Math.ceil(document.body.getBoundingClientRect().height); }
    </script></head><body>${content}</body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
}
