import { readFileSync } from 'node:fs';

type Schema = {
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
};
type Operation = { responses: Record<string, { content?: Record<string, { schema?: Schema }> }> };
type Paths = Record<string, Record<string, Operation>>;

/** What GitHub's published description says of a request and of its answer. */
export class Description {
  readonly #paths: Paths;

  constructor(file: URL = new URL('../../contracts/github-secrets.openapi.json', import.meta.url)) {
    this.#paths = (JSON.parse(readFileSync(file, 'utf8')) as { paths: Paths }).paths;
  }

  /** The operation's name. Names nobody where the description has no such path. */
  operationOf(method: string, path: string): string {
    // A repository by its number is the same resource.
    const segments = path.replace(/^\/repositories\/\d+/, '/repos/owner/repo').split('/');
    const fits = (template: string) => {
      const parts = template.split('/');
      return parts.length === segments.length && parts.every((part, i) => part.startsWith('{') || part === segments[i]);
    };
    const fixed = (template: string) => template.split('/').filter((part) => !part.startsWith('{')).length;
    const [template] = Object.keys(this.#paths)
      .filter(fits)
      .sort((a, b) => fixed(b) - fixed(a));
    return `${method} ${template ?? 'a path that is not described'}`;
  }

  /** JSON pointers that every answer with this status has, as far as the fields above them are there. */
  required(operation: string, status: number): Set<string> {
    const [method = '', template = ''] = operation.split(' ');
    const response = this.#paths[template]?.[method.toLowerCase()]?.responses[status];
    const schema = response?.content?.['application/json']?.schema;
    return new Set(schema === undefined ? [] : requiredIn(schema, ''));
  }
}

function requiredIn(schema: Schema, pointer: string): string[] {
  const own = (schema.required ?? []).map((name) => `${pointer}/${name}`);
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    requiredIn(field, `${pointer}/${name}`),
  );
  const items = schema.items === undefined ? [] : requiredIn(schema.items, `${pointer}/*`);
  return [...own, ...below, ...items, ...(schema.allOf ?? []).flatMap((part) => requiredIn(part, pointer))];
}
