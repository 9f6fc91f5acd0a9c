import { describeStore, type Store } from './store.ts';
import { labelOf, type Target } from './target.ts';

/**
 * A target with all that log, summary, annotations and outputs may say of it, decided once: a pattern's finds may have to stay
 * unnamed, because anyone can read the log of a public repository.
 */
export interface ResolvedTarget {
  readonly target: Target;
  /** What people read in its place: its own line, or the pattern that found it. */
  readonly publicName: string;
  /** What people read as its store: its own, or the pattern's. */
  readonly publicStore: Store;
  /** Whether its own name must not be read; then no server's text about it is shown either, because it may name it. */
  readonly isHidden: boolean;
}

export function namedTarget(target: Target, defaultSecret: string): ResolvedTarget {
  return { target, publicName: labelOf(target, defaultSecret), publicStore: target.store, isHidden: false };
}

/** A pattern's find that must not be named. */
export function hiddenTarget(target: Target, pattern: Target, defaultSecret: string): ResolvedTarget {
  return {
    target,
    publicName: labelOf(pattern, defaultSecret),
    publicStore: pattern.store,
    isHidden: true,
  };
}

/** The target as people may read it: for messages and commands. */
export function publicTarget({ target, publicStore }: ResolvedTarget): Target {
  return { store: publicStore, secret: target.secret };
}

/** A target in a person's words: `TE_TOKEN in the Dependabot secrets of acme/network`. */
export function describeTarget({ target, publicStore }: Pick<ResolvedTarget, 'target' | 'publicStore'>): string {
  return `${target.secret} in ${describeStore(publicStore)}`;
}

/** Another secret in the same store. */
export function withSecret<Resolved extends ResolvedTarget>(resolved: Resolved, secret: string): ResolvedTarget {
  const { target, publicStore, isHidden } = resolved;
  const named = { store: target.store, secret };
  return { target: named, publicName: labelOf({ store: publicStore, secret }, secret), publicStore, isHidden };
}
