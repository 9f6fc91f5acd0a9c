import type { StageResult } from '../../../../sandbox/runner/runner.ts';

/** The annotations of a level, in one text. */
export function said(stage: StageResult | undefined, level: 'error' | 'warning' | 'notice' = 'error'): string {
  const annotations = stage?.annotations ?? [];
  return annotations
    .filter((annotation) => annotation.level === level)
    .map(({ message }) => message)
    .join('\n');
}
