import type { Inputs } from './environment.ts';

/** What an expression may refer to, by names in upper case. */
export type Contexts = Record<'secrets' | 'vars', Readonly<Record<string, string>>>;

/** As a workflow file writes it: `secrets.TE_TOKEN`, say. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/**
 * Inputs with `${{ secrets.NAME }}` and `${{ vars.NAME }}` in their place; what is absent is empty, as with GitHub.
 *
 * @throws at any other expression
 */
export function filledIn(inputs: Inputs, contexts: Contexts): Inputs {
  const meant = (expression: string, inner: string): string => {
    const [, context = '', name = ''] = /^(secrets|vars)\.(\w+)$/.exec(inner.trim()) ?? [];
    if (!isContext(context)) throw new Error(`Not known here: ${expression}`);
    return contexts[context][name.toUpperCase()] ?? '';
  };
  const filled = Object.entries(inputs).map(([name, value]) => {
    return [name, typeof value === 'string' ? value.replace(/\$\{\{(.*?)\}\}/gs, meant) : value];
  });
  return Object.fromEntries(filled);
}

function isContext(name: string): name is keyof Contexts {
  return name === 'secrets' || name === 'vars';
}
