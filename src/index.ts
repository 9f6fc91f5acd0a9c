import { existsSync } from 'node:fs';
import { runnerFrom } from './runner.ts';

const runner = runnerFrom(process.env);

// In a container job a cancel ends the client that the output goes to; storing goes on without anyone to read of it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// What nobody expected is told without a stack trace, and stops nothing: storing may still be under way.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    process.exitCode = 1;
    const name = error instanceof Error ? error.name : 'not an error';
    process.stdout.write(`::error::Something went wrong that should not have (${name.replace(/\W/g, ' ')}).\n`);
  });
}

// One entry for main and post. State reaches the post step only, so it tells them apart; each loads what it needs.
if (!runner.isPost) {
  // First, because its WebAssembly compiles beside the loading of all else, which saves some 10 ms.
  const { beginLoadingSodium } = await import('./sealed-box.ts');
  await beginLoadingSodium().catch(() => undefined);
  const { main } = await import('./main.ts');
  await main(runner);
} else if (existsSync(runner.journal)) {
  const { postStep } = await import('./post-step.ts');
  await postStep(runner, runner.journal);
}
