// Sends what a step after the action gets to whoever started the run: on a log it would be masked.
const { TOLD_TO = '', OUTCOME, OUTPUTS = '{}' } = process.env;
const body = JSON.stringify({ outcome: OUTCOME, outputs: JSON.parse(OUTPUTS) });
await fetch(TOLD_TO, { method: 'POST', body });
console.log(`Told: ${OUTPUTS}`);
