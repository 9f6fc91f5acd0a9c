import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

export type Api = 'github' | 'thousandeyes';

export type Schema = { properties?: Record<string, Schema>; type?: string; [key: string]: unknown };
type Content = Record<string, { schema?: Schema }>;
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Operation = {
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
};
export type Description = { paths: Record<string, Record<string, Operation>> };
type Path = { template: readonly string[]; operations: Record<string, Operation> };

/** The file of each description in `contracts/`. */
export const FILES: Readonly<Record<Api, string>> = {
  github: 'github-secrets.openapi.json',
  thousandeyes: 'thousandeyes.openapi.json',
};

// Error statuses every operation may answer though the descriptions seldom list them.
const COMMON_ERRORS: Record<Api, (status: number) => boolean> = {
  github: (status) => [301, 400, 401, 403, 404, 409, 410, 422, 429].includes(status) || status >= 500,
  thousandeyes: (status) => status === 429 || status === 503,
};

const ERROR_SCHEMAS: Record<Api, Schema> = {
  github: {
    type: 'object',
    required: ['message'],
    properties: {
      message: { type: 'string' },
      documentation_url: { type: 'string' },
      url: { type: 'string' },
      status: { type: 'string' },
    },
  },
  thousandeyes: {
    type: 'object',
    required: ['title', 'status'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      instance: { type: 'string' },
    },
  },
};

const ERROR_TYPES: Record<Api, string> = { github: 'application/json', thousandeyes: 'application/problem+json' };

// A Link header may lead to a page of any list.
const PAGING = new Set(['page', 'per_page']);

/** The published descriptions of both services, as a judge of requests and answers. */
export class Contract {
  // Each suite compiles what it meets: as published, and without a pass to make it faster.
  readonly #ajv = new Ajv({
    strict: false,
    allErrors: true,
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  });
  readonly #paths: Record<Api, readonly Path[]>;
  readonly #validators = new Map<Schema, ValidateFunction>();

  /** @param files other descriptions in `contracts/` */
  constructor(files: Readonly<Record<Api, string>> = FILES) {
    addFormats.default(this.#ajv);
    this.#paths = { github: pathsOf(files.github), thousandeyes: pathsOf(files.thousandeyes) };
  }

  /** What is wrong with a request. `path` is raw and below the API's base, `body` the text as sent. */
  checkRequest(api: Api, method: string, path: string, query: URLSearchParams, body: string): string[] {
    const operation = this.#operation(api, method, path);
    if (!operation) return [`${method} ${path}: not in the contract`];
    const found = [...checkQuery(operation, query), ...this.#checkRequestBody(operation, body)];
    return found.map((problem) => `${method} ${path}: ${problem}`);
  }

  /** What is wrong with an answer. Header names are in lower case, `body` is the text as sent. */
  checkResponse(
    api: Api,
    method: string,
    path: string,
    status: number,
    headers: Record<string, string>,
    body: string,
  ): string[] {
    const operation = this.#operation(api, method, path);
    const declared = operation?.responses[status];
    const fits = COMMON_ERRORS[api](status) || (!operation && status >= 400);
    const content = declared?.content ?? (fits ? { [ERROR_TYPES[api]]: { schema: ERROR_SCHEMAS[api] } } : undefined);
    const listed = declared !== undefined || fits;
    const found = listed ? this.#checkBody(content, headers['content-type'], body) : ['not listed in the contract'];
    return found.map((problem) => `${method} ${path} → ${status}: ${problem}`);
  }

  #operation(api: Api, method: string, path: string): Operation | undefined {
    const segments = canonical(api, path).split('/');
    return this.#paths[api].find(({ template }) => matches(template, segments))?.operations[method.toLowerCase()];
  }

  #checkRequestBody(operation: Operation, body: string): string[] {
    const declared = operation.requestBody;
    if (!declared) return body === '' ? [] : ['a body where the contract has none'];
    if (body === '') return declared.required ? ['no body'] : [];
    const schema = declared.content['application/json']?.schema ?? {};
    const found = this.#checkBody(declared.content, 'application/json', body);
    if (found.length > 0) return found;
    const unknown = Object.keys(JSON.parse(body)).filter((name) => !(name in (schema.properties ?? {})));
    return unknown.map((name) => `body property "${name}" is not in the contract`);
  }

  #checkBody(content: Content | undefined, contentType: string | undefined, body: string): string[] {
    if (!content) return body === '' ? [] : ['a body where the contract has none'];
    const media = contentType?.split(';')[0]?.trim() ?? 'none';
    const declared = content[media];
    if (!declared) return [`media type ${media} is not in the contract`];
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return ['the body is not JSON'];
    }
    const validate = this.#validator(declared.schema ?? {});
    return validate(value) ? [] : (validate.errors ?? []).map((e) => `body${e.instancePath} ${e.message ?? e.keyword}`);
  }

  #validator(schema: Schema): ValidateFunction {
    const known = this.#validators.get(schema) ?? this.#ajv.compile(schema);
    this.#validators.set(schema, known);
    return known;
  }
}

/** A description with its references replaced by what they mean. */
export function loadDescription(file: string): Description {
  const whole: unknown = JSON.parse(readFileSync(new URL(`../../contracts/${file}`, import.meta.url), 'utf8'));
  return resolved(whole, whole) as Description;
}

/** Those with fewer placeholders first. */
function pathsOf(file: string): readonly Path[] {
  const { paths } = loadDescription(file);
  const found = Object.entries(paths).map(([path, operations]) => ({ template: path.split('/'), operations }));
  return found.sort((a, b) => placeholders(a.template) - placeholders(b.template));
}

function resolved(value: unknown, whole: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, whole));
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value && typeof value.$ref === 'string') return resolved(pointedAt(value.$ref, whole), whole);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolved(item, whole)]));
}

function pointedAt(reference: string, whole: unknown): unknown {
  const names = reference.replace(/^#\//, '').split('/');
  return names.reduce((value: unknown, name) => (value as Record<string, unknown>)[name], whole);
}

// Redirects of renamed repositories lead to /repositories/{id}, the same resource by number.
function canonical(api: Api, path: string): string {
  return api === 'github' ? path.replace(/^\/repositories\/\d+/, '/repos/owner/repo') : path;
}

function matches(template: readonly string[], segments: readonly string[]): boolean {
  const fits = (part: string, i: number): boolean => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]);
  return template.length === segments.length && template.every(fits);
}

function placeholders(template: readonly string[]): number {
  return template.filter((part) => part.startsWith('{')).length;
}

function checkQuery(operation: Operation, query: URLSearchParams): string[] {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const missing = parameters.filter((p) => p.required && !query.has(p.name)).map((p) => `query lacks "${p.name}"`);
  const wrong = [...query].flatMap(([name, value]) => {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema;
    if (!schema && !PAGING.has(name)) return [`query "${name}" is not in the contract`];
    if ((!schema || schema.type === 'integer') && !/^\d+$/.test(value))
      return [`query "${name}" is not a whole number`];
    const values = schema?.enum;
    return Array.isArray(values) && !values.includes(value) ? [`query "${name}" is none of ${values.join(', ')}`] : [];
  });
  return [...missing, ...wrong];
}
