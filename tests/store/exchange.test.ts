import { expect, it } from 'vitest';
import type { Queryable } from '../../src/store/database.js';
import { markSending, type Settling } from '../../src/store/exchange.js';
import { testLedger } from '../support/database.js';
import { at } from '../support/ledger.js';

it('is planned alike for few deliveries and for many, so that PostgreSQL need not plan it again', async () => {
  const database = await testLedger();
  const claim = { token: '0b9f7a34-2f0e-5c8e-8f3d-6f0a1b2c3d4e' };
  const delivery = `${claim.token}/${claim.token}/0`;
  const receipt = { delivery, outcome: 'accepted', detail: '250 OK' } as const;
  async function cost(count: number): Promise<number> {
    const explained: unknown[] = [];
    const query = async ({ text, values }: { text: string; values: unknown[] }) => {
      const { rows } = await database.query(`explain (format json) ${text}`, values);
      explained.push(rows[0]['QUERY PLAN'][0].Plan['Total Cost']);
      return { rows: [] };
    };
    const settlings: Settling[] = Array(count).fill({ claim, settlement: { receipt } });
    const markings = Array(count).fill({ claim, delivery });
    await markSending({ query } as unknown as Queryable, markings, at, undefined, settlings);
    return Number(explained[0]);
  }
  expect(await cost(1)).toBeGreaterThan(0);
  expect(await cost(500)).toBe(await cost(1));
});
