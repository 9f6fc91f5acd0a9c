/** A JSON value without its values: the types found at each JSON pointer, where `*` stands for every item of a list. */
export type Shape = Record<string, string[]>;

/** What is kept of a request and its answer: nothing that anyone wrote or that stands for anyone. */
export type Exchange = {
  /** As the description names it, e.g. `GET /repos/{owner}/{repo}`. */
  operation: string;
  status: number;
  /** Empty where the answer has no body. */
  mediaType: string;
  /** Names of the answer's headers, in lower case and in order. */
  headers: string[];
  body: Shape;
};

export function shapeOf(value: unknown): Shape {
  const found = new Map<string, Set<string>>();
  collect(value, '', found);
  return Object.fromEntries([...found].map(([pointer, types]) => [pointer, [...types].sort()]));
}

function collect(value: unknown, pointer: string, found: Map<string, Set<string>>): void {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  found.set(pointer, (found.get(pointer) ?? new Set()).add(type));
  if (Array.isArray(value)) for (const item of value) collect(item, `${pointer}/*`, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) collect(field, `${pointer}/${name}`, found);
  }
}

/** The shape of a body as sent; text that is no JSON is a `text`. */
export function shapeOfBody(body: string): Shape {
  if (body === '') return {};
  try {
    return shapeOf(JSON.parse(body));
  } catch {
    return { '': ['text'] };
  }
}
