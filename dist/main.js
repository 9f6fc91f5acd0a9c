import './event-file.js';
const { runMain } = await import('./steps.js');
await runMain();
