import type { Answer } from '../../http/server.ts';
import { notFound, notSupplied, parseJson } from '../errors.ts';
import type { Variables } from '../stores/variables.ts';
import { type Context, knownTo } from './context.ts';
import { variableJson } from './json.ts';

export function showVariable({ url, path, dates }: Context, variables: Variables, name: string): Answer {
  const variable = variables.shown(name);
  if (!variable) throw notFound();
  return { status: 200, body: variableJson(url + path, variable, dates.skew) };
}

/** @param org the organization that it is one of, if it is; likewise below */
export function createVariable(context: Context, variables: Variables, org?: string): Answer {
  const body = parseJson(context.request.body);
  const { name, value } = body;
  if (typeof name !== 'string') throw notSupplied('name');
  if (typeof value !== 'string') throw notSupplied('value');
  variables.create(name, value, body, { known: knownTo(context, org), swallow: context.swallow });
  return { status: 201, body: {} };
}

export function updateVariable(context: Context, variables: Variables, name: string, org?: string): Answer {
  const body = parseJson(context.request.body);
  variables.update(name, body, { known: knownTo(context, org), swallow: context.swallow });
  return { status: 204 };
}

export function deleteVariable(variables: Variables, name: string): Answer {
  variables.delete(name);
  return { status: 204 };
}
