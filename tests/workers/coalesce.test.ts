import { expect, it } from 'vitest';
import { coalesce } from '../../src/workers/coalesce.js';

it('gathers what comes during a write into the next one, and answers everybody', async () => {
  const writes: (readonly number[])[] = [];
  const { promise: opened, resolve: open } = gate();
  const add = coalesce(async (items: readonly number[]) => {
    writes.push(items);
    if (writes.length === 1) await opened;
    return items.length;
  });
  const results = [add([1]), add([2]), add([3, 4])];
  open();
  expect(await Promise.all(results)).toEqual([1, 3, 3]);
  expect(writes).toEqual([[1], [2, 3, 4]]);
});

it('tells of a failed write only those who were in it', async () => {
  const add = coalesce(async (items: readonly string[]) => {
    if (items.includes('bad')) throw new Error('No.');
  });
  const bad = add(['bad']);
  const good = add(['good']);
  await expect(bad).rejects.toThrow('No.');
  await expect(good).resolves.toBeUndefined();
});

function gate() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
