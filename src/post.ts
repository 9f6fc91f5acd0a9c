// An entry of its own, so that a main that was killed before it left any state is not started again as post. It loads the
// rest only when there is something to do.
const journal = process.env.STATE_journal;

if (journal && process.env.STATE_finished !== 'true') {
  // First of all, because loading the rest takes a while, and a signal would end it without a word.
  const { onAnySignal } = await import('./signals.ts');
  let isCancelled = false;
  onAnySignal(() => {
    isCancelled = true;
  });
  await import('./event-file.ts');
  const { runPost } = await import('./steps.ts');
  await runPost(journal, () => isCancelled);
}

export {};
