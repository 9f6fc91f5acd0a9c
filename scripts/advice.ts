import { playAll, tableOf } from '../__tests__/advice/support/table.ts';

/**
 * Prints the actors' table: everything about a token that a run can fail with, what somebody did who obeyed the words of its
 * summary, at once and as late as they let him, and after how many days all was well. Ends with 1 where it never was.
 */
const [prompt, late] = await Promise.all([playAll({}), playAll({ isLate: true })]);
console.log(tableOf(prompt, late));
if ([...prompt, ...late].some(({ faults }) => faults.length > 0)) process.exitCode = 1;
