import { httpDateFrom } from '../lib/http-date.ts';
import { jsonFrom, quote } from '../lib/text.ts';

/** What GitHub answered in the end. */
export interface GitHubAnswer {
  /** 0 where no answer came at all. */
  readonly status: number;
  /** When, by GitHub's own clock where its `Date` says so, in ms since the epoch; 0 where no answer came. */
  readonly at: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON body; undefined where there was none or it was no JSON. */
  readonly data: unknown;
  /** GitHub's own words as they came: to judge by, never to show. */
  readonly message: string;
  /** What came back, in a person's words and at most some 250 characters: `404 (Not Found)`. */
  readonly detail: string;
  /** An HTML page, so perhaps a proxy's. */
  readonly isHtml: boolean;
  /** Where no answer came: whether another try may fare better. */
  readonly mayPass: boolean;
  /** No answer was waited for, because the run was cancelled. */
  readonly isCancelled?: boolean;
  /** How many of an organization secret's selected repositories the credential sees, where that is not all. */
  readonly partialSelection?: { readonly listed: number; readonly total: number };
}

/** @param now our own time, in ms since the epoch */
export function answerFrom(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
): GitHubAnswer {
  const data = jsonFrom(body);
  const { message: found } = Object(data) as { message?: unknown };
  const message = typeof found === 'string' ? found : '';
  const isHtml = /^\s*</.test(body);
  const words = quote(message) || (isHtml ? 'an HTML page, so perhaps from a proxy' : '');
  const detail = words === '' ? String(status) : `${status} (${words})`;
  const at = httpDateFrom(headers.date) ?? now;
  return { status, at, headers, data, message, detail, isHtml, mayPass: true };
}

/** In place of an answer, where none came. */
export function withoutAnswer(reason: string, mayPass: boolean): GitHubAnswer {
  return { status: 0, at: 0, headers: {}, data: undefined, message: '', detail: reason, isHtml: false, mayPass };
}

/** The same answer where its body is not what it should be. */
export function unusable(answer: GitHubAnswer, missing: string): GitHubAnswer {
  return { ...answer, detail: answer.isHtml ? answer.detail : `200 without ${missing}` };
}

/** The path below the API that a redirect points to; undefined where it points elsewhere. */
export function redirectPath({ headers, data }: GitHubAnswer, githubUrl: string): string | undefined {
  const location = headers.location ?? (Object(data) as { url?: unknown }).url;
  const { origin, pathname } = new URL(githubUrl);
  if (typeof location !== 'string' || !URL.canParse(location, githubUrl)) return undefined;
  const there = new URL(location, githubUrl);
  if (there.origin !== origin) return undefined;
  const base = pathname.replace(/\/$/, '');
  return there.pathname.startsWith(`${base}/`) ? there.pathname.slice(base.length) : there.pathname;
}

/** What came back, as the cause of a problem. */
export function causeOf({ status, detail, partialSelection }: GitHubAnswer): string {
  if (partialSelection !== undefined) {
    const { listed, total } = partialSelection;
    return `the credential sees only ${listed} of the ${total} selected repositories of the secret`;
  }
  return status === 0 ? `GitHub gave no answer: ${detail}` : `GitHub answered ${detail}`;
}
