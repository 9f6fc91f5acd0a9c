import { environmentFrom } from './action/environment.ts';
import { guard } from './guard/guard.ts';

process.exitCode = guard(environmentFrom(process.env), Date.now(), (line) => void process.stdout.write(`${line}\n`));
