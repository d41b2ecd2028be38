/** What holds for whole services on each of the three combinations of database and queue. */

import { describe, expect, it } from 'vitest';
import { useEngines } from '../support/engines.js';
import { newsroomRoom } from './newsroom.js';

describe.each(useEngines())('on $name', ({ missing, start }) => {
  const test = it.skipIf(missing);
  const skipped = missing ? ` (${missing})` : '';

  test(`carries articles from the feed to readers, and does what staff and readers ask${skipped}`, async () => {
    const engine = await start();
    const { news, mail, room, posts, settled } = await newsroomRoom(engine);
    const subscribe = ['--programs', 'spp', '--consent-source', 'Test'];
    for (const name of ['amina', 'bolat']) {
      await room.json('subscribers', 'add', `${name}@readers.example`, ...subscribe);
    }
    const daily = ['subscribers', 'add', 'daily@readers.example', '--cadence', 'daily'];
    await room.json(...daily, ...subscribe);
    let service = await room.start();
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const feed = async () => (await fetch(`${service.url}/feeds/spp.rss`)).text();
    await expect.poll(feed, { timeout: 20_000 }).toContain('Article seeded0');
    expect(mail.accepted).toEqual([]);
    expect(posts()).toEqual([]);

    news.publish('fresh');
    await settled();
    const sent = () => mail.accepted.map(({ to, subject }) => `${to.split('@')[0]}: ${subject}`);
    const alerts = ['amina: Article fresh', 'bolat: Article fresh'];
    expect(sent().sort()).toEqual(alerts);
    expect(posts()).toHaveLength(1);
    expect(await feed()).toContain('Article fresh');

    const inTwoDays = new Date(Date.now() + 2 * 86_400_000).toISOString();
    const reason = ['--yes', '--reason', 'Test'];
    const closed = await room.json('digest', '--as-of', inTwoDays, ...reason);
    expect(closed).toMatchObject({ waits: false });
    await settled(2);
    expect(mail.accepted.at(-1)).toMatchObject({ to: 'daily@readers.example' });
    expect(mail.accepted).toHaveLength(3);

    await room.json('pause', '--reason', 'Test');
    const [article] = await room.json('articles');
    const resent = ['resend', article.id, '--only', 'all', ...reason];
    await room.json(...resent);
    await service.kill();
    service = await room.start();
    expect(mail.accepted).toHaveLength(3);
    await room.json('resume', ...reason);
    await settled(2);
    expect(
      sent()
        .filter((one) => one.startsWith('amina') || one.startsWith('bolat'))
        .sort(),
    ).toEqual([...alerts, ...alerts].sort());

    const { text } = mail.accepted.find(({ to }) => to.startsWith('amina')) ?? { text: '' };
    const link = /https?:\S+\/unsubscribe\/[\w.~-]+/.exec(text)?.[0] ?? 'no link';
    const left = await fetch(link.replace(/^https?:\/\/[^/]+/, service.url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    expect(left.status).toBe(200);
    const before = mail.accepted.length;
    expect(await service.stop()).toBe(0);
    service = await room.start();
    news.publish('second');
    await settled(3);
    expect(sent().slice(before)).toEqual(['bolat: Article second']);
    expect(new Set(mail.accepted.map(({ messageId }) => messageId)).size).toBe(
      mail.accepted.length,
    );
    expect(await service.stop()).toBe(0);
  }, 180_000);
});
