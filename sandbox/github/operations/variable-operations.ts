import type { Answer } from '../../http/server.ts';
import { notFound, notSupplied, parseJson } from '../errors.ts';
import type { Variables } from '../stores/variables.ts';
import type { Context } from './context.ts';
import { variableJson } from './json.ts';

export function showVariable({ url, path, dates }: Context, variables: Variables, name: string): Answer {
  const variable = variables.get(name);
  if (!variable) throw notFound();
  return { status: 200, body: variableJson(url + path, variable, dates.skew) };
}

/** @param wantsVisibility as organizations do */
export function createVariable(context: Context, variables: Variables, wantsVisibility: boolean): Answer {
  const { name, value, visibility } = parseJson(context.request.body);
  if (typeof name !== 'string') throw notSupplied('name');
  if (typeof value !== 'string') throw notSupplied('value');
  if (wantsVisibility && typeof visibility !== 'string') throw notSupplied('visibility');
  variables.create(name, value, typeof visibility === 'string' ? visibility : undefined, context.swallow);
  return { status: 201, body: {} };
}

export function updateVariable(context: Context, variables: Variables, name: string): Answer {
  variables.update(name, parseJson(context.request.body), context.swallow);
  return { status: 204 };
}
