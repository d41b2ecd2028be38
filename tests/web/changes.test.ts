/** `A-IM: feed` over a real ledger: a reader that comes again gets what it has not, and is sure of it. */

import { expect, it } from 'vitest';
import { later, poll } from '../support/ledger.js';
import { faultsOf } from '../templates/feeds/strict.js';
import { publishedFeeds, site } from './published.js';

const ids = (text: string) => text.match(/urn:uuid:[0-9a-f-]+/g) ?? [];

/** A reader of a feed that comes again and again. */
async function reader(path = '/feeds/all.rss', headers: Record<string, string> = {}) {
  const room = await publishedFeeds();
  await room.publish(60);
  let tag = '';
  async function come(also: Record<string, string> = {}) {
    const asked = { 'a-im': 'feed', ...(tag && { 'if-none-match': tag }), ...headers, ...also };
    const answer = await room.get(path, asked);
    tag = answer.headers.get('etag') ?? '';
    return { ...answer, ids: ids(answer.text) };
  }
  return { ...room, come, tag: () => tag };
}

it.each(['rss', 'atom'])(
  'gets only what is new or changed of %s, and all of it',
  async (format) => {
    const path = `/feeds/all.${format}`;
    const { come, publish, get, database, tag } = await reader(path);
    const first = await come();
    expect([first.status, first.ids.length, first.headers.get('im')]).toEqual([200, 50, null]);
    expect((await come()).status).toBe(304);

    await publish(3);
    const [base, whole] = [tag(), await get(path)];
    const { status, headers, text, ids: fresh } = await come();
    expect([status, fresh]).toEqual([226, ids(whole.text).slice(0, 3)]);
    expect(Object.fromEntries(headers)).toMatchObject({
      im: 'feed',
      'delta-base': base,
      'cache-control': 'no-store, im',
      vary: 'Accept-Encoding, Accept, Sec-Fetch-Dest, A-IM',
      etag: whole.headers.get('etag'),
      'content-type': whole.headers.get('content-type'),
      'last-modified': whole.headers.get('last-modified'),
    });
    expect(faultsOf(text, site + path)).toEqual([]);
    expect((await come()).status).toBe(304);

    const content = { programs: ['spp'], title: 'Mended' };
    await poll(database, ['61'], { hash: 'second', content, at: later(3600) });
    const mended = await come();
    expect([mended.status, mended.ids.length]).toEqual([226, 1]);
    expect(mended.text).toContain('Mended');
  },
);

it('gets all where it is not certain what it has', async () => {
  const { come, publish, tag } = await reader();
  await come();
  const known = tag();
  await publish(2);
  for (const wrong of [
    '"some-other-tag"',
    `W/${known}`,
    known.replace(/^"\w+/, '"1'),
    known.replace(/.{3}"$/, 'aaa"'),
    `"zzzzzzzzz-zzzzzzzzz-${'a'.repeat(43)}"`,
    '*',
  ]) {
    const { status, ids: all } = await come({ 'if-none-match': wrong });
    expect([status, all.length]).toEqual(wrong === '*' ? [304, 0] : [200, 50]);
  }
  expect((await come({ 'if-none-match': `"other", ${known}` })).status).toBe(226);
});

it('gets all where it asks for no changes, where all are new, and where items only left', async () => {
  const { come, publish, tag, database } = await reader();
  await come();
  const known = tag();
  const since = (aIm: string) => come({ 'a-im': aIm, 'if-none-match': known });
  await publish(2);
  for (const aIm of ['', 'vcdiff, gzip', 'feed;q=0']) expect((await since(aIm)).status).toBe(200);
  expect((await since('vcdiff, feed;q=0.5')).status).toBe(226);
  // What feedparser sends, whatever program it works for.
  const accept = 'application/atom+xml,application/x-netcdf,application/xml;q=0.9,*/*;q=0.1';
  expect((await come({ accept, 'if-none-match': known })).status).toBe(200);
  await publish(60);
  expect((await since('feed')).status).toBe(200);

  await come();
  await database.query(
    `update articles set state = 'held', release_order = null
     where release_order = (select max(release_order) from articles)`,
  );
  const shorter = await come();
  expect([shorter.status, shorter.ids.length]).toEqual([200, 50]);
});

it('gets all where the ledger no longer tells what it was served', async () => {
  const { come, publish, database } = await reader();
  await come();
  await database.query(
    `update articles set state = 'held', release_order = null where release_order = 40`,
  );
  await publish(2);
  expect((await come()).status).toBe(200);
  await publish(2);
  expect((await come()).status).toBe(226);
});

it('gets changes in plain, and goes on under the ETag of the coding that it takes', async () => {
  const { come, publish } = await reader('/feeds/spp.atom', { 'accept-encoding': 'gzip' });
  expect((await come()).headers.get('content-encoding')).toBe('gzip');
  await publish(2);
  const { status, headers, ids: fresh } = await come();
  expect([status, headers.get('content-encoding'), fresh.length]).toEqual([226, null, 1]);
  expect((await come()).status).toBe(304);
});

it.each(['/feeds/all/digests.rss', '/feeds/all/archive/1.rss'])(
  'are not given of %s',
  async (path) => {
    const { come, publish } = await reader(path);
    expect((await come()).status).toBe(200);
    await publish(2);
    expect((await come()).status).not.toBe(226);
  },
);
