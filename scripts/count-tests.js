// Prints the closing line of a test run from vitest's JSON report, and fails when a test was skipped:
// CI brings every part that a test needs.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { numPassedTests: passed, numFailedTests: failed } = report;
const skipped = report.numPendingTests + report.numTodoTests;
// A file that breaks before its tests counts as a failure too.
const broken = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
).length;
if (skipped > 0) console.log('Tests were skipped, though every part they need is here.');
console.log(`${passed} passed, ${failed + broken} failed, ${skipped} skipped`);
process.exit(skipped + failed + broken > 0 ? 1 : 0);
