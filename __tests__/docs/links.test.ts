import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { anchors, documents, links, project, read } from './markdown.ts';

const isOutside = (link: string) => /^(?:https|mailto):/.test(link);

test('anchors are those that GitHub makes', () => {
  expect(anchors("# What it can't do\n## `a` & b-c\n```sh\n# no heading\n```\n")).toEqual([
    'what-it-cant-do',
    'a--b-c',
  ]);
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

test("the README's contents name its sections, in order", () => {
  const readme = read('README.md');
  const listed = [...readme.matchAll(/^- \[(.+)\]\(#(.+)\)$/gm)].map(([, title, anchor]) => ({ title, anchor }));
  const sections = [...readme.matchAll(/^## (.+)$/gm)].map(([, title = '']) => ({
    title,
    anchor: anchors(`## ${title}`)[0],
  }));
  expect(listed).toEqual(sections);
});
