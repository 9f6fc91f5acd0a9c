/** What steps say, without what differs from case to case: commands, addresses, days, names. */
export function shapeOf(steps: readonly string[]): string {
  return steps.map(wordsOf).join(' / ');
}

function wordsOf(step: string): string {
  return step
    .replace(/`[^`]*`/g, 'CODE')
    .replace(/\[run \d+\]\(https:[^)]*\)|https?:[^\s)]+/g, 'LINK')
    .replace(/127\.0\.0\.1:\d+|ghe\.example/g, 'HOST')
    .replace(/\*/g, '')
    .replace(/\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2} UTC)?(?: \([^)]* left\))?/g, 'DAY')
    .replace(/\bas [^,]*(?=, revoke)/i, 'as its user')
    .replace(/(?:orgs\/)?\bacme\b(?:\/[\w/-]+)?/g, 'PLACE')
    .replace(/:? CODE\.?$|[:.]$/, '')
    .trim();
}
