// An entry of its own, so that a main that was killed before it left any state is not started again as post. It loads the
// rest only when there is something to do.
const journal = process.env.STATE_journal;

if (journal && process.env.STATE_finished !== 'true') {
  await import('./event-file.ts');
  const { runPost } = await import('./steps.ts');
  await runPost(journal);
}

export {};
