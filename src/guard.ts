import { environmentFrom } from './action/environment.ts';
import { guard } from './action/guard.ts';

process.exitCode = guard(environmentFrom(process.env), Date.now(), (line) => void process.stdout.write(`${line}\n`));
