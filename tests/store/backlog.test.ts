import { expect, it } from 'vitest';
import { readBacklog } from '../../src/store/backlog.js';
import { claimDeliveries } from '../../src/store/deliveries.js';
import { testLedger } from '../support/database.js';
import { at, readyAlert, subscriber } from '../support/ledger.js';

it('counts what waits, and what is under way', async () => {
  const database = await testLedger();
  expect(await readBacklog(database, 1_000)).toEqual([]);
  for (const name of ['ada', 'bela', 'cem']) await subscriber(database, name);
  const { edition } = await readyAlert(database);
  const channel = 'email';
  await claimDeliveries(database, { editionId: edition.id, channel, owner: 1, size: 1, now: at });
  expect(await readBacklog(database, 1_000)).toEqual([
    { channel, state: 'pending', deliveries: 2, oldest: at },
    { channel, state: 'claimed', deliveries: 1, oldest: at },
  ]);
});

it('is given up when the database takes too long', async () => {
  const database = await testLedger();
  const other = await database.connect();
  await other.query('begin');
  await other.query('lock table deliveries');
  await expect(readBacklog(database, 50)).rejects.toThrow('statement timeout');
  await other.end();
});
