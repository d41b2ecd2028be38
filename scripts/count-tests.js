// Prints the closing line of test runs from vitest's JSON reports, and fails when a test was skipped: CI
// brings every part that a test needs.
import { existsSync, readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  // A run that broke before its report counts as a failure too, and so does a file before its tests.
  if (!existsSync(file) || readFileSync(file, 'utf8') === '') {
    total.failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + broken.length;
  total.skipped += report.numPendingTests + report.numTodoTests;
}
if (total.skipped > 0) console.log('Tests were skipped, though every part they need is here.');
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.skipped + total.failed > 0 || total.passed === 0 ? 1 : 0);
