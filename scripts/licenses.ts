import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly license?: string }>>;
}

/**
 * The licences of everything that is bundled: the packages that are installed for more than development. Not by the
 * bundler, which forgets those that it joins into one module.
 *
 * @throws Error where a package has no licence text and names no licence
 */
export function licensesText(root: string): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const bundled = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  return bundled
    .map(([path, { license }]) => {
      const folder = join(root, path);
      const file = existsSync(folder)
        ? readdirSync(folder).find((name) => /^licen[cs]e(?:\.\w+)?$/i.test(name))
        : undefined;
      const text = file === undefined ? license : readFileSync(join(folder, file), 'utf8').trim();
      if (text === undefined) throw new Error(`${path} has no licence`);
      return `${path.replace(/^.*node_modules\//, '')}\n\n${text.replaceAll('\r\n', '\n')}\n`;
    })
    .join('\n----\n\n');
}
