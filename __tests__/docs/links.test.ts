import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PERMISSIONS } from '../../sandbox/github/access/permissions.ts';
import { anchors, documents, filesBelow, links, project, read } from './support/markdown.ts';
import { permissionsOf } from './support/play.ts';

const isOutside = (link: string) => /^(?:https|mailto):/.test(link);

test('anchors are those that GitHub makes', () => {
  expect(anchors("# What it can't do\n## `a` & b-c\n### The lines `permission-…`\n```sh\n# no heading\n```\n")).toEqual(
    ['what-it-cant-do', 'a--b-c', 'the-lines-permission-'],
  );
});

test.each(documents().map((path) => [path]))('every link in %s leads somewhere', (path) => {
  const broken = links(read(path)).filter((link) => {
    if (isOutside(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(project, target))) return true;
    const isDocument = statSync(join(project, target)).isFile() && target.endsWith('.md');
    return anchor !== undefined && !(isDocument && anchors(read(target)).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test('every page of docs and every example can be reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    if (!path.endsWith('.md')) continue;
    for (const link of links(read(path)).filter((each) => !isOutside(each)))
      reached.add(join(dirname(path), link.split('#')[0] ?? ''));
  }
  const all = [...filesBelow('docs', '.md'), ...filesBelow('examples', '.yml'), ...filesBelow('docs/images', '.png')];
  expect(all.filter((path) => !reached.has(path))).toEqual([]);
});

test('a page that lists its sections lists all of them, in order', () => {
  const listing = filesBelow('docs', '.md').filter((path) => /^- \[.+\]\(#/m.test(read(path)));
  expect(listing.length).toBeGreaterThanOrEqual(4);
  for (const path of listing) {
    const page = read(path);
    const listed = [...page.matchAll(/^- \[.+\]\(#(.+)\)$/gm)].map(([, anchor]) => anchor);
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([heading]) => anchors(heading)[0]);
    expect({ path, listed }).toEqual({ path, listed: sections });
  }
});

/** Source: github/docs, "Registering a GitHub App using URL parameters"; the page for a new token takes the same names. */
test("links to GitHub's pages for a new App or token fill in permissions that GitHub knows", () => {
  const pages = documents().flatMap((path) => links(read(path)).map((link) => ({ path, link })));
  const filled = pages.filter(({ link }) => /\/(?:apps|personal-access-tokens)\/new\?/.test(link));
  expect(filled.length).toBeGreaterThanOrEqual(4);
  for (const { path, link } of filled) {
    const permissions = permissionsOf(link);
    expect({ path, link, count: Object.keys(permissions).length > 0 }).toEqual({ path, link, count: true });
    const unknown = Object.entries(permissions).filter(([name, access]) => !PERMISSIONS[name]?.access.includes(access));
    expect({ path, unknown }).toEqual({ path, unknown: [] });
  }
});
