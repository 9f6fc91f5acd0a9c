import { toWire, type Wire } from './answer.ts';
import type { Fault } from './faults.ts';
import type { SandboxRequest } from './request.ts';

const HUGE = 10 * 1024 * 1024;

/** Whether the server has acted by the time at which this fault shows. */
export function acts(fault: Fault): boolean {
  switch (fault.kind) {
    case 'hang':
      return fault.acted;
    case 'status':
    case 'huge':
      return fault.act ?? false;
    case 'raw':
      return typeof fault.bytes === 'function' || (fault.act ?? false);
    case 'refuse':
    case 'reset-before':
    case 'html':
    case 'echo':
      return false;
    default:
      return true;
  }
}

/** What goes out in place of the server's own answer. */
export function distort(fault: Fault, request: SandboxRequest, acted: Wire | undefined): Wire | undefined {
  switch (fault.kind) {
    case 'status': {
      const { status, headers = {}, body, contentType } = fault;
      return toWire({ status, headers, body, ...(contentType === undefined ? {} : { contentType }) });
    }
    case 'alter':
      return acted && fault.alter(acted);
    case 'malformed':
      return acted && { ...acted, body: Buffer.from('{"bearerToken": <<<') };
    case 'html': {
      const page = '<!DOCTYPE html><html><head><title>Proxy error</title></head><body><h1>Blocked</h1></body></html>';
      return toWire({ status: fault.status ?? 502, contentType: 'text/html; charset=utf-8', body: page });
    }
    case 'echo': {
      const message = `Cannot process ${request.headers.authorization ?? 'anonymous'} ${request.body}`;
      return toWire({ status: fault.status ?? 400, body: { message, detail: message, title: message } });
    }
    case 'huge':
      return toWire({ status: fault.status ?? acted?.status ?? 200, body: { message: 'x'.repeat(HUGE) } });
    default:
      return acted;
  }
}
