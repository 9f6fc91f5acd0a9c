import type { PublicKey } from '../github/sealed-box.ts';
import type { StoredSecret } from '../github/secrets.ts';
import type { Problem } from '../lib/problem.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';

/** A target that can be written. */
export interface ReadyTarget extends ResolvedTarget {
  readonly key: PublicKey;
  /** Undefined where the secret is to be created. */
  readonly secret: StoredSecret | undefined;
}

/** The home: its secret exists. */
export interface ReadyHome extends ReadyTarget {
  readonly secret: StoredSecret;
}

/** A target that can't be written. */
export interface RejectedTarget {
  readonly resolved: ResolvedTarget;
  readonly problem: Problem;
}
