import { jobKeyFrom, journalsOf } from './journal-files.js';
// An entry of its own, so that a main that was killed before it left any state is not started again as post. It loads the
// rest only when there is something to do, and needs no state of the runner to see that.
const { RUNNER_TEMP = '', STATE_journal: own, STATE_finished: finished } = process.env;
const journals = journalsOf(RUNNER_TEMP, jobKeyFrom(process.env));
if (journals.length > 0 || (own && finished !== 'true')) {
    // First of all, because loading the rest takes a while, and a signal would end it without a word.
    const { onAnySignal } = await import('./signals.js');
    let isCancelled = false;
    onAnySignal(() => {
        isCancelled = true;
    });
    await import('./event-file.js');
    const { runPost } = await import('./steps.js');
    await runPost(journals, () => isCancelled);
}
