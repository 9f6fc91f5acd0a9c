import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { marked } from 'marked';

const themes = {
  light: { page: '#ffffff', text: '#1f2328', border: '#d1d9e0', panel: '#f6f8fa' },
  dark: { page: '#0d1117', text: '#f0f6fc', border: '#3d444d', panel: '#151b23' },
};
export type Theme = keyof typeof themes;
export const themeNames = Object.keys(themes) as Theme[];

const require = createRequire(import.meta.url);

/** A job summary as GitHub shows it, as a page of its own. */
export function pageOf(summary: string, theme: Theme): string {
  const { page, text, border, panel } = themes[theme];
  const look = readFileSync(require.resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8');
  return `<!doctype html><html><head><meta charset="utf-8"><style>${look}
    body { margin: 0; padding: 16px; background: ${page}; color: ${text}; display: flow-root;
      font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
    section { border: 1px solid ${border}; border-radius: 6px; overflow: hidden; }
    header { padding: 8px 16px; background: ${panel}; border-bottom: 1px solid ${border}; font-weight: 600; }
    .markdown-body { padding: 16px; }
    </style></head><body><section><header>rotate summary</header>
    <div class="markdown-body">${marked.parse(summary, { async: false })}</div></section></body></html>`;
}
