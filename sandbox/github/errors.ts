import type { Answer } from '../http/server.ts';

/** A refusal as GitHub words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly extra: Record<string, string>;

  constructor(
    status: number,
    message: string,
    headers: Record<string, string> = {},
    extra: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.extra = extra;
  }

  answer(): Answer {
    const { status, message, headers, extra } = this;
    const documentation_url = 'https://docs.github.com/rest';
    return { status, headers, body: { message, ...extra, documentation_url, status: String(status) } };
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found');
}

export function invalid(detail: string): Refusal {
  return new Refusal(422, `Invalid request.\n\n${detail}`);
}

export function notSupplied(property: string): Refusal {
  return invalid(`"${property}" wasn't supplied.`);
}

export function parseJson(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Answered below like any other body that is no object.
  }
  throw new Refusal(400, 'Problems parsing JSON');
}
