import type { Context } from './context.ts';

/** One page of a list, with the links to the others. */
export function paged<T>(context: Context, all: T[]): { headers: Record<string, string>; items: T[] } {
  const { query } = context.request;
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30)));
  const page = Math.max(1, Number(query.get('page') ?? 1));
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (number: number, rel: string): string => {
    const target = new URLSearchParams(query);
    target.set('page', String(number));
    return `<${context.url}${context.path}?${target}>; rel="${rel}"`;
  };
  const before = page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : [];
  const after = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [];
  const links = [...before, ...after].join(', ');
  return { headers: links === '' ? {} : { link: links }, items: all.slice((page - 1) * size, page * size) };
}
