/** `npm run bench`: reads the options, measures, prints, and tells by the exit code. */

import { UsageError } from '../rig/usage.js';
import { benches } from './benches.js';
import { describe, type Figure, met, table } from './figures.js';
import { help, readOptions } from './options.js';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(help);
    return 0;
  }
  const begun = Date.now();
  const say = (line: string) =>
    void process.stderr.write(
      `${((Date.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${line}\n`,
    );
  const figures: Figure[] = [];
  for (const part of options.parts) {
    const bench = await benches[part]();
    for await (const figure of bench(options, { say })) {
      say(describe(figure));
      figures.push(figure);
    }
  }
  process.stdout.write(
    options.json ? `${JSON.stringify(figures, null, 2)}\n` : `\n${table(figures)}\n`,
  );
  // Small sizes say nothing of speed.
  return !options.smoke && figures.some((figure) => met(figure) === false) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
