#!/usr/bin/env node
// Starts the compiled command line, after checking what would else fail with a riddle.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const main = new URL('../dist/src/cli/main.js', import.meta.url);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Broadsheet needs Node 20.19 or newer, and this is ${process.versions.node}.`);
  process.exitCode = 1;
} else if (!existsSync(main)) {
  console.error('Broadsheet is not compiled yet. Run: npm run build');
  process.exitCode = 1;
} else {
  // A reader of our output that has enough, such as head, is no error.
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  const { run } = await import(main.href);
  process.exitCode = await run(process.argv.slice(2));
}
