import { expect, onTestFinished, test, vi } from 'vitest';
import { patiently } from '../../src/cli/act.js';
import { createOutput } from '../../src/cli/output.js';
import { scratch } from '../config/scratch.js';

test('what takes longer than two seconds says what it is, and what does not says nothing', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const notes: string[] = [];
  const output = createOutput({
    stdout: { write() {} },
    stderr: { write: (text) => notes.push(text) },
    isTTY: false,
    columns: 80,
    directory: scratch(),
    variables: {},
  });
  const lasting = (milliseconds: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const quick = patiently(output, 'Counting', lasting(1_900));
  await vi.advanceTimersByTimeAsync(3_000);
  await quick;
  expect(notes).toEqual([]);
  const slow = patiently(output, 'Looking', lasting(2_100));
  await vi.advanceTimersByTimeAsync(3_000);
  await slow;
  expect(notes).toEqual(['Looking …\n']);
});
