import type { Answer } from '../http/answer.ts';
import type { Fault } from '../http/faults.ts';

const HAL = 'application/hal+json';
const PROBLEM = 'application/problem+json';

/** An answer with a body as ThousandEyes' description has it for everything but a 401. */
export function problem(status: number, title: string, detail: string): Answer {
  return { status, contentType: PROBLEM, body: { type: 'about:blank', title, status, detail, instance: '/v7' } };
}

export function unauthorized(): Answer {
  const body = { error: 'invalid_token', error_description: 'Invalid access token' };
  return { status: 401, contentType: PROBLEM, body };
}

export function forbidden(): Answer {
  return problem(403, 'Forbidden', 'Insufficient permissions to query endpoint');
}

/** With the title of the description's example, as `internalError`. */
export function notFound(): Answer {
  return problem(404, 'URI Resource Not Found', 'The requested resource was not found');
}

export function conflict(): Answer {
  return problem(409, 'Conflict', 'The user has reached the maximum number of allowed tokens');
}

export function tooManyRequests(): Answer {
  return problem(429, 'Too Many Requests', 'The rate limit of the organization has been exceeded');
}

export function internalError(): Answer {
  return problem(500, 'Internal server error', 'An internal error occurred');
}

export function maintenance(): Answer {
  return problem(503, 'Service Unavailable', 'The service is down for maintenance');
}

export function hal(status: number, body: unknown): Answer {
  return { status, contentType: HAL, body };
}

/** A fault that answers so; ThousandEyes acts only with `act`. */
export function answering(answer: Answer, { act = false } = {}): Fault {
  return { kind: 'status', act, ...answer };
}

/** A fault that issues a token, and says so with any JSON, any text or any bytes. */
export function issuedAs(body: unknown, more: { status?: number; contentType?: string } = {}): Fault {
  return { kind: 'status', act: true, status: 201, contentType: HAL, ...more, body };
}
