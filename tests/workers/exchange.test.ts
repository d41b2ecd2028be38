import { expect, it, onTestFinished } from 'vitest';
import { claimDeliveries } from '../../src/store/deliveries.js';
import { createMarks } from '../../src/store/marks.js';
import { joinProcesses } from '../../src/store/processes.js';
import { createExchange } from '../../src/workers/exchange.js';
import { testLedger } from '../support/database.js';
import { at, policy, readyAlert, subscriber } from '../support/ledger.js';

it('lets nothing go to the wire before its mark is noted, and writes receipts meanwhile', async () => {
  const database = await testLedger();
  for (const name of ['a', 'b']) await subscriber(database, name);
  const { edition } = await readyAlert(database);
  const me = await joinProcesses(database, ['deliver']);
  onTestFinished(me.close);
  const of = { editionId: edition.id, channel: 'email', owner: me.number } as const;
  const claim = await claimDeliveries(database, { ...of, size: 10, now: at });
  const [first, second] = claim.deliveries.map(({ id }) => id) as [string, string];

  const notes: (() => void)[] = [];
  const place = {
    read: async () => [],
    note: () => new Promise<void>((noted) => notes.push(noted)),
    close: async () => {},
  };
  const exchange = createExchange({
    database,
    policy,
    now: () => at,
    signal: new AbortController().signal,
    marks: createMarks([place], () => {}),
  });
  let may: boolean | undefined;
  const marked = exchange.mark(claim, first).then((answer) => {
    may = answer;
  });
  await expect.poll(() => notes.length, { timeout: 20_000 }).toBe(1);
  await exchange.settle(claim, {
    receipt: { delivery: second, outcome: 'accepted', detail: '250 OK' },
  });
  expect(may).toBeUndefined();
  notes[0]?.();
  await marked;
  expect(may).toBe(true);
});
