import './event-file.ts';

const { runMain } = await import('./steps.ts');
await runMain();
