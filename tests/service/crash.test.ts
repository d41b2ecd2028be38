/** The whole service is killed in the middle of an edition and started again, on each engine. */

import { expect, it } from 'vitest';
import { useEngines } from '../support/engines.js';
import { addReaders, connections, newsroomRoom, notOnce } from './newsroom.js';

const readers = 90;
/** Mails accepted so far at which it is killed. */
const killsAt = [1, 30, 60];

for (const { name, missing, start } of useEngines()) {
  it.skipIf(missing)(
    `loses nothing and repeats nothing when the service is killed again and again, on ${name}${missing ? ` (${missing})` : ''}`,
    async () => {
      const { room, news, mail, posts, settled, firstPoll } = await newsroomRoom(await start());
      const addresses = await addReaders(room, readers);
      let service = await room.start();
      await firstPoll();
      expect(mail.accepted).toEqual([]);

      mail.faults.takes = 50;
      news.publish('fresh');
      for (const killAt of killsAt) {
        await expect
          .poll(() => mail.accepted.length, { timeout: 60_000, interval: 5 })
          .toBeGreaterThanOrEqual(killAt);
        await service.kill();
        service = await room.start();
      }
      const { email, discord, rss } = await settled();
      const uncertain = email?.uncertain ?? 0;
      const { never, twice } = notOnce(mail.accepted, addresses, ['Article fresh']);
      expect(twice).toEqual([]);
      expect((email?.accepted ?? 0) + uncertain).toBe(readers);
      expect(never.length).toBeLessThanOrEqual(uncertain);
      expect(uncertain).toBeLessThanOrEqual(killsAt.length * connections);
      expect(new Set(mail.accepted.map(({ messageId }) => messageId)).size).toBe(
        mail.accepted.length,
      );
      expect(discord).toEqual({ accepted: 1 });
      expect(posts()).toHaveLength(1);
      expect(rss).toEqual({ accepted: 2 });
      const feed = await fetch(`${service.url}/feeds/spp.rss`);
      expect(await feed.text()).toContain('Article fresh');
      expect(await service.stop()).toBe(0);
    },
    240_000,
  );
}
