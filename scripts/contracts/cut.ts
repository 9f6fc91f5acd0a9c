import { type Description, isTree, type Json, resolve, type Tree } from './openapi.ts';
import { isInUse } from './operations.ts';

/** What is written for people, not for machines. */
const PROSE = new Set(['description', 'title', 'example', 'examples', 'externalDocs']);

/** A description cut to the operations in use: references resolved, prose and examples left out. */
export function cut(published: Description, source: string): Description {
  const paths: Description['paths'] = {};
  for (const path of Object.keys(published.paths).sort()) {
    const kept = Object.entries(published.paths[path] ?? {}).filter(([method]) => isInUse(path, method));
    if (kept.length === 0) continue;
    paths[path] = Object.fromEntries(kept.map(([method, operation]) => [method, operationOf(published, operation)]));
  }
  const info = { title: 'GitHub REST API: secrets and variables', version: published.info.version ?? '' };
  const servers = published.servers.map((server) => (isTree(server) ? { url: server.url ?? '' } : server));
  return { openapi: published.openapi, info: { ...info, 'x-source': source }, servers, paths };
}

/** One line an operation, so that a change shows where it is. */
export function textOf(contract: Description): string {
  const { paths, ...head } = contract;
  const operations = Object.entries(paths).map(([path, methods]) => {
    const lines = Object.entries(methods).map(([method, operation]) => `"${method}":${JSON.stringify(operation)}`);
    return `${JSON.stringify(path)}:{\n${lines.join(',\n')}}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"paths":{\n${operations.join(',\n')}\n}}\n`;
}

function operationOf(published: Description, operation: Tree): Tree {
  const { operationId = '', deprecated, parameters = [], requestBody, responses = {} } = operation;
  const list = Array.isArray(parameters) ? parameters : [];
  return {
    operationId,
    ...(deprecated === true ? { deprecated } : {}),
    parameters: list.map((parameter) => parameterOf(published, parameter)),
    ...(requestBody === undefined ? {} : { requestBody: bodyOf(published, requestBody) }),
    responses: mapped(responses, (response) => bodyOf(published, response)),
  };
}

function parameterOf(published: Description, given: Json): Tree {
  const parameter = followed(published, given);
  const { name = '', required, schema = {} } = parameter;
  const kept = { name, in: parameter.in ?? '', ...(required === undefined ? {} : { required }) };
  return { ...kept, schema: schemaOf(published, schema, []) };
}

/** Of a request's body or an answer. */
function bodyOf(published: Description, given: Json): Tree {
  const { required, headers, content } = followed(published, given);
  const schemaIn = (holder: Json): Json => {
    const { schema } = followed(published, holder);
    return schema === undefined ? {} : { schema: schemaOf(published, schema, []) };
  };
  return {
    ...(required === undefined ? {} : { required }),
    ...(headers === undefined ? {} : { headers: mapped(headers, schemaIn) }),
    ...(content === undefined ? {} : { content: mapped(content, schemaIn) }),
  };
}

/** @throws where a schema holds itself: it could not be written out */
function schemaOf(published: Description, schema: Json, above: readonly string[]): Json {
  if (Array.isArray(schema)) return schema.map((part) => schemaOf(published, part, above));
  if (!isTree(schema)) return schema;
  if (typeof schema.$ref === 'string') {
    if (above.includes(schema.$ref)) throw new Error(`${schema.$ref} holds itself`);
    return schemaOf(published, resolve(published, schema.$ref), [...above, schema.$ref]);
  }
  const kept = Object.entries(schema).filter(([key]) => !PROSE.has(key) && !key.startsWith('x-'));
  return Object.fromEntries(kept.map(([key, value]) => [key, keywordOf(published, key, value, above)]));
}

/** The names below `properties` are the schema's own, whatever they are; lists of values stay as they are. */
function keywordOf(published: Description, key: string, value: Json, above: readonly string[]): Json {
  if (key === 'properties') return mapped(value, (property) => schemaOf(published, property, above));
  return ['enum', 'required', 'default'].includes(key) ? value : schemaOf(published, value, above);
}

function followed(published: Description, value: Json): Tree {
  if (!isTree(value)) throw new Error(`Not an object: ${JSON.stringify(value)}`);
  return typeof value.$ref === 'string' ? followed(published, resolve(published, value.$ref)) : value;
}

function mapped(value: Json, change: (value: Json) => Json): Tree {
  return isTree(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)])) : {};
}
