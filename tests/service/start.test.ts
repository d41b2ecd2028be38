import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { serviceRoom } from '../support/service.js';

const config = `
newsroom: { name: Test Centre, postalAddress: 1 Test Street }
email: { from: news@centre.example, replyTo: editors@centre.example }
programs: [{ id: spp, name: Security and Politics Program }]
feeds: [{ id: main, url: "http://127.0.0.1:9/feed.xml", allowPrivate: true }]
`;

it('ends, and sends nothing from beside the other program, when its port is taken', async () => {
  const other = createServer().listen(0);
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  const room = await serviceRoom(config, { PORT: String(port), PUBLIC_URL: 'http://localhost' });
  // What is still at work would keep the process alive, and its output open.
  await expect(room.start()).rejects.toThrow(/ended with 1 before|never said/);
}, 60_000);

it('says which port it found where any free one will do, and links to it', async () => {
  const room = await serviceRoom(config, { PORT: '0' });
  const service = await room.start();
  const feeds = await fetch(`${service.url}/feeds.opml`);
  expect(await feeds.text()).toContain(`${service.url}/feeds/all.rss`);
  expect(await service.stop()).toBe(0);
}, 60_000);
