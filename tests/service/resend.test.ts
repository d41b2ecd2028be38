import { expect, it, onTestFinished } from 'vitest';
import { startMailServer } from '../channels/email/mail-server.js';
import { freePort, serviceRoom } from '../support/service.js';
import { newsFeed } from './newsroom.js';

const config = (feedUrl: string) => `
newsroom: { name: Test Centre, postalAddress: 1 Test Street }
email: { from: news@centre.example, replyTo: editors@centre.example }
programs: [{ id: spp, name: Security and Politics Program (SPP), aliases: [SPP] }]
feeds: [{ id: main, url: "${feedUrl}", every: 5s, allowPrivate: true, fullText: never }]
release: { after: 0s }
`;

it('a resend waits for the service where none runs, goes out at its start, and at once beside it', async () => {
  const [news, mail, port] = await Promise.all([
    newsFeed(['seeded']),
    startMailServer(),
    freePort(),
  ]);
  onTestFinished(() => mail.close());
  const room = await serviceRoom(config(news.feedUrl), {
    SMTP_URL: mail.url,
    PUBLIC_URL: `http://localhost:${port}`,
    PORT: String(port),
  });
  for (const name of ['amina', 'bolat', 'clara']) {
    await room.json(
      ...['subscribers', 'add', `${name}@readers.example`],
      ...['--programs', 'spp', '--consent-source', 'Test'],
    );
  }
  const first = await room.start();
  const feed = async () => (await fetch(`${first.url}/feeds/spp.rss`)).text();
  await expect.poll(feed, { timeout: 20_000 }).toContain('Article seeded');
  news.publish('fresh', 'Article fresh');
  await expect.poll(() => mail.received.length, { timeout: 20_000 }).toBe(3);
  const [article] = await room.json('articles');
  await expect
    .poll(async () => (await room.json('status')).editions[0].counts.email, { timeout: 10_000 })
    .toEqual({ accepted: 3 });
  expect(await first.stop()).toBe(0);

  const all = ['resend', article.id, '--only', 'all', '--yes', '--reason'];
  expect(await room.json(...all, 'Stopped')).toMatchObject({ deliveries: 3, waits: true });
  expect(await room.json(...all, 'Stopped')).toMatchObject({ deliveries: 0 });
  expect(mail.received).toHaveLength(3);

  await room.start();
  await expect.poll(() => mail.received.length, { timeout: 20_000 }).toBe(6);
  await expect
    .poll(async () => (await room.json('status')).editions[0].counts.email, { timeout: 10_000 })
    .toEqual({ accepted: 6 });
  expect(await room.json(...all, 'Running')).toMatchObject({ deliveries: 3, waits: false });
  await expect.poll(() => mail.received.length, { timeout: 20_000 }).toBe(9);

  news.publish('fresh', 'Article fresh, put right');
  await expect
    .poll(async () => (await room.json('articles'))[0].revision, { timeout: 20_000 })
    .toBe(2);
  const corrected = await room.json(...all, 'A wrong figure');
  expect(corrected).toMatchObject({ editions: [{ correction: { from: 1, to: 2 }, count: 3 }] });
  await expect.poll(() => mail.received.length, { timeout: 20_000 }).toBe(12);
  const last = mail.received.slice(-3).map(({ raw }) => String(raw));
  for (const raw of last) expect(raw).toMatch(/^Subject: .*put right/m);
  const ids = mail.received.map(({ raw }) => /^Message-ID: (.*)$/im.exec(String(raw))?.[1]);
  expect(new Set(ids).size).toBe(12);
}, 120_000);
