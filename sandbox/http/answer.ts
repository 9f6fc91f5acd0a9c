/** `body` is JSON; a string or bytes go out as they are. */
export type Answer = { status: number; headers?: Record<string, string>; contentType?: string; body?: unknown };

/** An answer in bytes; header names are in lower case. */
export type Wire = { status: number; headers: Record<string, string>; body: Buffer };

export function toWire(answer: Answer): Wire {
  const { status, headers = {}, contentType = 'application/json; charset=utf-8', body } = answer;
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (body === undefined) return { status, headers: lower, body: Buffer.alloc(0) };
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { status, headers: { 'content-type': contentType, ...lower }, body: bytes };
}
