import { invalid, notSupplied, Refusal } from '../errors.ts';

export type Visibility = 'all' | 'private' | 'selected';

/** Which repositories may read a secret or a variable of an organization. */
export type Audience = { visibility?: Visibility; selectedRepositoryIds?: number[] };

const VISIBILITIES: readonly unknown[] = ['all', 'private', 'selected'];

/**
 * What a request's body says of it. `selected` without ids clears the list: that is what makes leaving them out dangerous.
 *
 * @param known which repository ids exist
 */
export function audienceOf(body: Record<string, unknown>, known: (id: number) => boolean): Audience {
  const { visibility } = body;
  if (visibility === undefined) throw notSupplied('visibility');
  if (!VISIBILITIES.includes(visibility)) {
    throw invalid(`${String(visibility)} is not a member of ["all", "private", "selected"].`);
  }
  const { selectedRepositoryIds } = selectionOf(body, known);
  return {
    visibility: visibility as Visibility,
    selectedRepositoryIds: visibility === 'selected' ? selectedRepositoryIds : [],
  };
}

/** Its list of repositories alone, which is all that a user's own secret has. */
export function selectionOf(
  body: Record<string, unknown>,
  known: (id: number) => boolean,
): { selectedRepositoryIds: number[] } {
  const { selected_repository_ids: ids = [] } = body;
  if (!Array.isArray(ids)) throw invalid(`${JSON.stringify(ids)} is not an array.`);
  const text = ids.find((id) => !Number.isInteger(id));
  if (text !== undefined) throw invalid(`${JSON.stringify(text)} is not an integer.`);
  const stranger = ids.find((id) => !known(id));
  if (stranger !== undefined) throw new Refusal(422, `Repository ${stranger} is not accessible.`);
  return { selectedRepositoryIds: ids };
}
