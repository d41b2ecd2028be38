import { describe, expect, it } from 'vitest';
import { freezeAlert } from '../../src/editions/alert.js';
import { releaseDue, unalerted } from '../../src/store/articles.js';
import { assembleChunk, audienceShape, freezeAlerts, rendering } from '../../src/store/editions.js';
import { testLedger } from '../support/database.js';
import { at, content, poll, programs, subscriber } from '../support/ledger.js';

async function released() {
  const database = await testLedger();
  const { fresh } = await poll(database, ['one'], { content: { programs: ['spp', 'eep'] } });
  await releaseDue(database, at);
  const id = fresh[0] as string;
  const article = { id, revision: 1, content: content({ programs: ['spp', 'eep'] }) };
  return { database, id, frozen: freezeAlert(article, 'en', programs, at.toISOString()) };
}

describe('editions', () => {
  it('are frozen once: freezing again changes nothing', async () => {
    const { database, id, frozen } = await released();
    const first = {
      ...frozen,
      renderings: [{ channel: 'email' as const, result: { rendered: 1 } }],
    };
    await freezeAlerts(database, id, [first], at);
    const other = { ...frozen.edition, createdAt: '2030-01-01T00:00:00.000Z' };
    await freezeAlerts(database, id, [{ ...first, edition: other }], at);
    const { rows } = await database.query('select content from editions');
    expect(rows).toEqual([{ content: frozen.edition }]);
    expect(await rendering(database, frozen.edition.id, 'email')).toBe(1);
    expect(await unalerted(database)).toEqual([]);
  });

  it('list every instant reader of any of the programs once, in chunks', async () => {
    const { database, id, frozen } = await released();
    for (let n = 0; n < 7; n++) {
      await subscriber(database, `both${n}`, { programs: ['spp', 'eep'] });
    }
    await subscriber(database, 'one', { programs: ['eep'] });
    await subscriber(database, 'daily', { programs: ['spp'], cadence: 'daily' });
    await subscriber(database, 'elsewhere', { programs: ['xxx'] });
    expect(await audienceShape(database, id)).toEqual([{ language: 'en', channel: 'email' }]);
    await freezeAlerts(database, id, [{ ...frozen, renderings: [] }], at);
    const chunks = [];
    let ready = false;
    while (!ready) {
      const chunk = await assembleChunk(database, frozen.edition.id, { size: 3, now: at });
      chunks.push(chunk.added);
      ready = chunk.ready;
    }
    expect(chunks).toEqual([3, 3, 2]);
    const { rows } = await database.query(
      `select t.name, d.programs from deliveries d join destinations t on t.id = d.destination_id
       where t.name in ('both0', 'one', 'daily', 'elsewhere') order by t.name`,
    );
    expect(rows).toEqual([
      { name: 'both0', programs: ['spp', 'eep'] },
      { name: 'one', programs: ['eep'] },
    ]);
  });

  it('that are assembled by several at once list nobody twice', async () => {
    const { database, id, frozen } = await released();
    for (let n = 0; n < 25; n++) await subscriber(database, `reader${n}`);
    await freezeAlerts(database, id, [{ ...frozen, renderings: [] }], at);
    const assemble = async () => {
      while (!(await assembleChunk(database, frozen.edition.id, { size: 4, now: at })).ready);
    };
    await Promise.all([assemble(), assemble(), assemble()]);
    const { rowCount } = await database.query('select from deliveries');
    expect(rowCount).toBe(25);
  });
});
