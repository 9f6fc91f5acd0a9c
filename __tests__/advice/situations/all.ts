import { asking } from './asking.ts';
import { left } from './left.ts';
import type { Situation } from './situation.ts';
import { stored } from './stored.ts';
import { writing } from './writing.ts';

/** Everything about a token that a run can fail with. */
export const situations: readonly Situation[] = [...left, ...stored, ...asking, ...writing];
