import { timestamp } from '../../clocks/clock.ts';

const LINKS = ['artifacts', 'cancel', 'check_suite', 'jobs', 'logs', 'rerun', 'workflow'];

/** A run that is under way, in the repository's JSON that is given. */
export function runJson(
  url: string,
  run: { id: number; repository: string; createdAt: number },
  repository: Record<string, unknown>,
): Record<string, unknown> {
  const { id } = run;
  const self = `${url}/repos/${run.repository}/actions/runs/${id}`;
  const links = Object.fromEntries(LINKS.map((link) => [`${link}_url`, `${self}/${link}`]));
  const created = timestamp(run.createdAt);
  const times = { created_at: created, updated_at: created, run_started_at: created };
  const state = { event: 'schedule', status: 'in_progress', conclusion: null, run_number: 1, run_attempt: 1 };
  const workflow = { display_title: 'Rotate', path: '.github/workflows/rotate.yml', workflow_id: 1 };
  const head = { head_branch: 'main', head_sha: '0'.repeat(40), head_commit: null, head_repository: repository };
  const basics = { id, node_id: `WFR_${id}`, url: self, html_url: self, repository, pull_requests: [] };
  return { ...basics, ...state, ...workflow, ...head, ...times, ...links };
}
