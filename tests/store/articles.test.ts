import { describe, expect, it } from 'vitest';
import { currentArticles } from '../../src/store/article-feeds.js';
import { articleRow, releaseDue, unalerted, unhold } from '../../src/store/articles.js';
import { feedRow } from '../../src/store/feeds.js';
import { familiarity } from '../../src/store/polls.js';
import { testLedger } from '../support/database.js';
import { at, feed, later, poll } from '../support/ledger.js';

const seen = (guid: string, hash = 'first', url = guid) => ({
  aliases: [`guid:main:${guid}`, `url:https://newsroom.test/${url}`],
  entryHash: hash,
  words: () => ({ title: `Article ${url}`, text: '' }),
});

describe('articles', () => {
  it('are the same article under the same guid, and under the same URL with another guid', async () => {
    const database = await testLedger();
    await poll(database, ['one']);
    const found = await Promise.all(
      [seen('one'), seen('one', 'second'), seen('rotated', 'first', 'one'), seen('two')].map(
        (one) => familiarity(database, { id: 'main', lastSuccessAt: null }, [one], at),
      ),
    );
    expect(found.flat()).toEqual(['unchanged', 'changed', 'unchanged', 'fresh']);
  });

  it('are stored once, however often the same poll is stored', async () => {
    const database = await testLedger();
    const first = await poll(database, ['one', 'two']);
    const again = await poll(database, ['one', 'two']);
    expect(first.fresh).toHaveLength(2);
    expect(again.fresh).toEqual([]);
    expect(again.revised).toEqual([]);
  });

  it('are stored once, also when the document holds the same entry twice', async () => {
    const database = await testLedger();
    expect((await poll(database, ['one', 'two', 'one'])).fresh).toHaveLength(2);
    expect((await poll(database, ['one', 'two', 'one'])).fresh).toEqual([]);
  });

  it('keep every revision, and the newest one counts', async () => {
    const database = await testLedger();
    const { fresh } = await poll(database, ['one']);
    const { revised } = await poll(database, ['one'], {
      hash: 'second',
      content: { title: 'Mended' },
      at: later(60),
    });
    expect(revised).toEqual(fresh);
    const row = await articleRow(database, fresh[0] as string);
    expect(row).toMatchObject({ revision: 2, content: { title: 'Mended' }, revisedAt: later(60) });
    const { rowCount } = await database.query('select from revisions');
    expect(rowCount).toBe(2);
  });

  it('are revised only by the feed that brought them', async () => {
    const database = await testLedger();
    await poll(database, ['one']);
    const other = { id: 'other', url: 'https://newsroom.test/other.xml' };
    const { fresh, revised } = await poll(database, ['one'], { feed: other, hash: 'theirs' });
    expect({ fresh, revised }).toEqual({ fresh: [], revised: [] });
  });

  it('that were there at the first poll are seeded: shown in output feeds, never released', async () => {
    const database = await testLedger();
    const { fresh } = await poll(database, ['one', 'two'], { verdict: 'seed' });
    expect(await releaseDue(database, later(86_400))).toEqual([]);
    expect(await unalerted(database)).toEqual([]);
    const { articles: shown } = await currentArticles(database, { program: 'spp', limit: 10 });
    expect(shown.map(({ id }) => id)).toEqual([...fresh].reverse());
    expect((await feedRow(database, feed)).seededAt).toEqual(at);
  });

  it('wait for their undo window, and are released oldest first', async () => {
    const database = await testLedger();
    const { fresh } = await poll(database, ['old', 'new'], { releaseAfter: 60 });
    expect(await releaseDue(database, later(59))).toEqual([]);
    expect((await releaseDue(database, later(60))).sort()).toEqual([...fresh].sort());
    expect(await unalerted(database)).toEqual(fresh);
    const { rows } = await database.query('select id from articles order by release_order');
    expect(rows.map(({ id }) => id)).toEqual(fresh);
  });

  it('that are held go nowhere until staff say so', async () => {
    const database = await testLedger();
    const { fresh } = await poll(database, ['one'], { verdict: 'hold' });
    expect(await releaseDue(database, later(86_400))).toEqual([]);
    expect(await currentArticles(database, { program: 'spp', limit: 10 })).toEqual({
      articles: [],
    });
    expect(await unhold(database, fresh, later(60))).toEqual(fresh);
    expect(await releaseDue(database, later(60))).toEqual(fresh);
  });

  it('are released in an order that no window can miss, also by several processes', async () => {
    const database = await testLedger();
    for (let n = 0; n < 20; n++) await poll(database, [`n${n}`], { at: later(n) });
    const released = await Promise.all(
      Array.from({ length: 4 }, () => releaseDue(database, later(100))),
    );
    expect(released.flat()).toHaveLength(20);
    const { rows } = await database.query('select seen_at from articles order by release_order');
    const times = rows.map(({ seen_at }) => seen_at.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
