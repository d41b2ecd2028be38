/** What WebSub is for: an article is with its readers seconds after it came out, however rarely its feed is polled. */

import { expect, it } from 'vitest';
import { useEngines } from '../support/engines.js';
import { startHub } from '../support/hub.js';
import { addReaders, newsroomRoom, notOnce } from './newsroom.js';

const [embedded] = useEngines();

it('brings a pushed article to every mailbox while the next poll is hours away, each role in a process of its own, and tells the hub of the output feeds', async () => {
  if (!embedded) throw new Error('There is no embedded engine.');
  const hub = await startHub({ fetches: true });
  const { news, mail, room, firstPoll, settled } = await newsroomRoom(await embedded.start(), {
    every: '6h',
    hubs: [`${hub.url}/`],
  });
  news.nameHub(`${hub.url}/`);
  const addresses = await addReaders(room, 3);
  const web = await room.start({ roles: 'web' });
  const rest = await room.start({ roles: 'watch,assemble,deliver', variables: { PORT: '' } });
  const pings = (times: number) =>
    expect
      // A window of a digest may close while this runs.
      .poll(() => hub.pings.filter((topic) => !topic.includes('/digests')).sort(), {
        timeout: 60_000,
      })
      .toEqual(
        ['all', 'spp'].flatMap((feed) =>
          ['atom', 'json', 'rss'].flatMap((format) =>
            Array.from({ length: times }, () => `${web.url}/feeds/${feed}.${format}`),
          ),
        ),
      );
  await firstPoll();
  await pings(1); // Of what was seeded.
  await expect.poll(() => hub.subscribers.size, { timeout: 60_000 }).toBe(1);
  const polls = news.polls();
  news.publish('new');
  expect(await hub.push(news.feedUrl, '<rss/>')).toEqual([202]);
  await settled();
  expect(news.polls()).toBe(polls + 1);
  expect(notOnce(mail.accepted, addresses, ['Article new'])).toEqual({ never: [], twice: [] });
  await pings(2);
  expect(hub.complaints).toEqual([]);
  await Promise.all([web.stop(), rest.stop()]);
}, 240_000);
