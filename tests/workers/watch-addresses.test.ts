import { expect, it } from 'vitest';
import { recentEvents } from '../../src/store/events.js';
import { feedRow } from '../../src/store/feeds.js';
import { later } from '../support/ledger.js';
import { items, watched } from './watched.js';

const hour = 3600;
const day = 24 * hour;

/** A newsroom that has moved its feed for good after the first poll, and a poll there at each of these moments. */
async function moved(...polls: readonly number[]) {
  const room = await watched();
  room.publish(...items(3));
  await room.poll(0);
  const away = (status: number, location = '/moved.xml') =>
    room.respond(({ url }) =>
      url === '/feed.xml' ? { status, headers: { location } } : undefined,
    );
  away(301);
  for (const at of polls) await room.poll(at);
  room.requests.length = 0;
  const paths = () => room.requests.splice(0).map(({ url }) => url);
  const told = () => recentEvents(room.database, { kind: 'feed.moved', limit: 5 });
  return { ...room, away, paths, told, row: () => feedRow(room.database, room.feed) };
}

it('follows a permanent redirect, and polls there only when it was led there three times in a day', async () => {
  const room = await moved(hour, day);
  expect(await room.row()).toMatchObject({
    movedTo: null,
    moving: { to: `${room.url}/moved.xml`, times: 2, since: later(hour) },
  });
  await room.poll(hour + day);
  expect(room.paths()).toEqual(['/feed.xml', '/moved.xml']);
  const [event] = await room.told();
  expect(event).toMatchObject({ level: 'attention' });
  expect(event?.message).toContain(`polled at ${room.url}/moved.xml from now on`);
  await room.poll(2 * day);
  expect(room.paths()).toEqual(['/moved.xml']);
  expect(await room.told()).toHaveLength(1);
});

it('is the same feed where it has moved to: nothing is seeded, and what is new passes', async () => {
  const room = await moved(hour, day, hour + day);
  room.publish({ guid: 'new' }, ...items(3));
  await room.poll(2 * day);
  expect((await room.articles())[0]).toMatchObject({ title: 'Title new', state: 'waiting' });
});

it('is the same feed when staff write the new address into the config', async () => {
  const room = await moved(hour, day, hour + day);
  const followed = { ...room.feed, url: `${room.url}/moved.xml` };
  room.publish({ guid: 'new' }, ...items(3));
  await room.poll(2 * day, followed);
  expect((await room.articles())[0]).toMatchObject({ title: 'Title new', state: 'waiting' });
  expect(await room.row()).toMatchObject({ url: followed.url, movedTo: null });
});

it('forgets where it has moved when staff write another address into the config', async () => {
  const room = await moved(hour, day, hour + day);
  await room.poll(2 * day, { ...room.feed, url: `${room.url}/feed-2.xml` });
  expect(room.paths()).toEqual(['/feed.xml', '/moved.xml', '/feed-2.xml'].slice(-1));
  expect(await room.row()).toMatchObject({ movedTo: null });
});

it('begins to count again when the redirect leads elsewhere or not for good', async () => {
  const room = await moved(hour, day);
  room.away(302);
  await room.poll(day + hour);
  expect(await room.row()).toMatchObject({ movedTo: null, moving: null });
  room.away(308, '/moved-again.xml');
  await room.poll(day + 2 * hour);
  expect(await room.row()).toMatchObject({ moving: { times: 1 } });
});

it('does not move to where no feed can be read', async () => {
  const room = await moved();
  room.respond(({ url }) =>
    url === '/feed.xml'
      ? { status: 301, headers: { location: '/moved.xml' } }
      : { status: 200, body: '<html><body>This domain is for sale.</body></html>' },
  );
  for (const at of [hour, day, 2 * day, 3 * day]) await room.poll(at);
  expect(await room.row()).toMatchObject({ movedTo: null, moving: null, failures: 4 });
});

it('goes back to the address of the config when the new one fails again and again', async () => {
  const room = await moved(hour, day, hour + day);
  room.respond(({ url }) => (url === '/moved.xml' ? { status: 404 } : undefined));
  for (const at of [2, 3, 4]) await room.poll(at * day);
  room.paths();
  await room.poll(5 * day);
  expect(room.paths()).toEqual(['/feed.xml']);
  expect(await room.row()).toMatchObject({ movedTo: null, failures: 0 });
});

it('stops polling a feed that is gone, and tells staff how it goes on', async () => {
  const room = await watched();
  await room.poll(0);
  room.respond(() => ({ status: 410 }));
  await room.tick(hour);
  const row = await feedRow(room.database, room.feed);
  expect(row).toMatchObject({ goneAt: later(hour), nextPollAt: null });
  expect(row.nextPollReason).toBe('it is gone for good (410)');
  const [event] = await recentEvents(room.database, { level: 'attention', limit: 1 });
  expect(event?.message).toContain('not polled any more');
  const asked = room.requests.length;
  await room.tick(90 * day);
  expect(room.requests).toHaveLength(asked);
});

it('polls a feed that was gone again when staff ask for it, and goes on where it is back', async () => {
  const room = await watched();
  await room.poll(0);
  room.respond(() => ({ status: 410 }));
  await room.tick(hour);
  room.respond(undefined);
  await room.poll(day);
  expect(await feedRow(room.database, room.feed)).toMatchObject({ goneAt: null, failures: 0 });
  const asked = room.requests.length;
  await room.tick(2 * day);
  expect(room.requests).toHaveLength(asked + 1);
});

it('polls a feed that was gone at once when its address in the config changes', async () => {
  const room = await watched();
  await room.poll(0);
  room.respond(() => ({ status: 410 }));
  await room.tick(hour);
  room.respond(undefined);
  const feed = { ...room.feed, url: `${room.url}/moved.xml` };
  await room.tick(2 * hour, feed);
  expect(room.requests.at(-1)?.url).toBe('/moved.xml');
  expect(await feedRow(room.database, feed)).toMatchObject({ goneAt: null, url: feed.url });
});

it('backs off also at a new address that fails, and that the earlier one failed counts no more', async () => {
  const room = await watched();
  await room.poll(0);
  room.respond(() => ({ status: 500 }));
  for (const at of [1, 2, 3, 4]) await room.poll(at * hour);
  const feed = { ...room.feed, url: `${room.url}/moved.xml` };
  await room.tick(5 * hour, feed);
  const row = await feedRow(room.database, feed);
  expect(row).toMatchObject({ failures: 1, nextPollAt: later(5 * hour + 10) });
  const asked = room.requests.length;
  await room.tick(5 * hour + 5, feed);
  expect(room.requests).toHaveLength(asked);
});
