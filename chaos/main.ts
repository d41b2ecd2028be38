/** `npm run chaos`: reads the options, runs, prints, and tells by the exit code. */

import { randomInt } from 'node:crypto';
import { UsageError } from '../rig/usage.js';
import { help, readOptions } from './options.js';
import { describeReport, passed, reportJson } from './report.js';
import { runChaos } from './run.js';

const stop = new AbortController();
// Every time: the terminal, npm and tsx may each pass the same Ctrl-C on.
process.on('SIGINT', () => stop.abort());
process.on('SIGTERM', () => stop.abort());

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), String(randomInt(1_000_000)));
  if (!options) {
    process.stdout.write(help);
    return 0;
  }
  const report = await runChaos(options, {
    say: (line) => process.stderr.write(`${line}\n`),
    signal: stop.signal,
  });
  process.stdout.write(options.json ? `${reportJson(report)}\n` : `\n${describeReport(report)}`);
  return passed(report) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
