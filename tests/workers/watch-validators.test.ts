import { expect, it } from 'vitest';
import { feedRow } from '../../src/store/feeds.js';
import { items, rss, watched } from './watched.js';

const day = 86_400;

/** A newsroom that was polled once, with what the last request asked for. */
async function seeded() {
  const room = await watched();
  room.publish(...items(3));
  await room.poll(0);
  const asked = () => {
    const { headers } = room.requests.at(-1) ?? {};
    return { etag: headers?.['if-none-match'], date: headers?.['if-modified-since'] };
  };
  const body = (...guids: readonly string[]) =>
    rss(room.url, [...guids.map((guid) => ({ guid })), ...items(3)]);
  return { ...room, asked, body, row: () => feedRow(room.database, room.feed) };
}

it.each([
  ['a weak ETag', { etag: 'W/"a"' }, { etag: 'W/"a"', date: undefined }],
  ['an odd one', { etag: 'no quotes, no sense' }, { etag: 'no quotes, no sense', date: undefined }],
  [
    'a date alone',
    { etag: '', 'last-modified': 'Mon, 02 Mar 2026 10:00:00 EAT' },
    { etag: undefined, date: 'Mon, 02 Mar 2026 10:00:00 EAT' },
  ],
])('sends %s back as it came', async (_name, headers, expected) => {
  const room = await seeded();
  room.respond(() => ({ status: 200, body: room.body('new'), headers }));
  await room.poll(10);
  await room.poll(20);
  expect(room.asked()).toEqual(expected);
});

it('keeps the newest validators also of a document that came again', async () => {
  const room = await seeded();
  for (const n of [1, 2]) {
    room.respond(() => ({ status: 200, body: room.body(), headers: { etag: `"${n}"` } }));
    await room.poll(n * 10);
  }
  expect((await room.row()).lastOutcome).toBe('Nothing has changed.');
  await room.poll(30);
  expect(room.asked().etag).toBe('"2"');
  expect(await room.articles()).toHaveLength(3);
});

it('keeps no validators of a document that it could not read', async () => {
  const room = await seeded();
  const sorry = '<html><body>Back soon.</body></html>';
  room.respond(() => ({ status: 200, body: sorry, headers: { etag: '"sorry"' } }));
  await room.poll(10);
  room.respond(undefined);
  await room.poll(20);
  expect(room.asked().etag).toBe('"one"');
});

it('asks for the whole document once a week, as a server in disorder may say for ever that nothing has changed', async () => {
  const room = await seeded();
  const stuck = (fresh?: string) =>
    room.respond(({ headers }) =>
      headers['if-none-match'] ? { status: 304 } : { status: 200, body: room.body(fresh ?? 'new') },
    );
  stuck();
  for (const at of [1, 3, 6]) await room.poll(at * day);
  expect(await room.articles()).toHaveLength(3);
  await room.poll(7 * day);
  expect((await room.articles())[0]).toMatchObject({ title: 'Title new', state: 'waiting' });
  await room.poll(8 * day);
  expect(room.asked().etag).toBe('"one"');
});

it('counts a 304 that nobody asked for as a failure', async () => {
  const room = await watched();
  room.respond(() => ({ status: 304 }));
  await room.poll(0);
  expect(await feedRow(room.database, room.feed)).toMatchObject({ failures: 1, seededAt: null });
});

it('sends validators only to where they came from, as an older file elsewhere would count as unchanged', async () => {
  const room = await seeded();
  room.respond(({ url }) =>
    url === '/feed.xml'
      ? { status: 302, headers: { location: '/moved.xml' } }
      : { status: 200, body: room.body('new'), headers: { etag: '"other"' } },
  );
  await room.poll(10);
  expect(room.asked().etag).toBeUndefined();
  await room.poll(20);
  expect(
    room.requests.slice(-2).map(({ url, headers }) => [url, headers['if-none-match']]),
  ).toEqual([
    ['/feed.xml', undefined],
    ['/moved.xml', '"other"'],
  ]);
});

it('takes a delta for what it is: most of it may be new, and what it leaves out is not gone', async () => {
  const room = await seeded();
  room.respond(({ headers }) => {
    const body = rss(room.url, items(5, 'new'));
    return headers['a-im'] === 'feed'
      ? { status: 226, body, headers: { im: 'feed', etag: '"two"' } }
      : { status: 500 };
  });
  await room.poll(10);
  const states = (await room.articles()).map(({ state }) => state);
  expect(states).toEqual([...Array(5).fill('waiting'), ...Array(3).fill('seeded')]);
  await room.poll(20);
  expect(room.asked().etag).toBe('"two"');
});

it('asks for the whole document once a week also where it gets deltas', async () => {
  const room = await seeded();
  room.respond(({ headers }) =>
    headers['a-im'] ? { status: 226, body: rss(room.url, []), headers: { im: 'feed' } } : undefined,
  );
  for (const at of [1, 6, 7]) await room.poll(at * day);
  expect(room.requests.map(({ headers }) => headers['a-im'])).toEqual([
    undefined,
    'feed',
    'feed',
    undefined,
  ]);
});
