import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/database.js';
import { testLedger } from '../support/database.js';

it('survives a connection that breaks in the middle of a transaction', async () => {
  const ledger = await testLedger();
  const database = openDatabase({ url: ledger.url });
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  onTestFinished(() => void process.off('uncaughtException', note));
  const broken = database.transaction(async (tx) => {
    const { rows } = await tx.query('select pg_backend_pid() as pid');
    await ledger.query('select pg_terminate_backend($1, 5000)', [rows[0].pid]);
    await tx.query('select 1');
  });
  await expect(broken).rejects.toThrow();
  expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await database.close();
  expect(uncaught).toEqual([]);
});

it('has nothing compiled: that takes longer than any statement here', async () => {
  const ledger = await testLedger();
  expect((await ledger.query('show jit')).rows).toEqual([{ jit: 'off' }]);
});
