import type { Problem } from './problem.ts';

export type Result<Value, Failure = Problem> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function failed<Failure>(error: Failure): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error };
}

/** The values of those that succeeded. */
export function valuesOf<Value>(results: readonly Result<Value, unknown>[]): Value[] {
  return results.flatMap((result) => (result.ok ? [result.value] : []));
}
