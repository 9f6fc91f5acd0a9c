/** As much of OpenAPI 3.0 as GitHub's description of its REST API uses. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Tree = { [key: string]: Json };

export type Description = {
  openapi: string;
  info: Tree;
  servers: Json[];
  paths: Record<string, Record<string, Tree>>;
  components?: Tree;
};

export function isTree(value: Json | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a `#/…` reference of a description. @throws where there is none */
export function resolve(description: Description, reference: string): Json {
  const start: Json = description as unknown as Tree;
  const steps = reference
    .replace(/^#\//, '')
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<Json>((value, step) => {
    const next = isTree(value) ? value[step] : undefined;
    if (next === undefined) throw new Error(`The description has no ${reference}`);
    return next;
  }, start);
}
