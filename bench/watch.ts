/** What it costs to watch a thousand feeds of which few have changed. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually, execute } from '../rig/child.js';
import { startService } from '../rig/service.js';
import { feedDocument } from './feed.js';
import type { Figure } from './figures.js';
import type { BenchIo, BenchOptions } from './options.js';
import { peakMemory, processorTime } from './process.js';
import { configure, onStage } from './stage.js';

const launcher = join(import.meta.dirname, '../bin/broadsheet.js');

export async function* watch({ smoke }: BenchOptions, io: BenchIo): AsyncGenerator<Figure> {
  const count = smoke ? 20 : 1000;
  const changes = count / 100;
  const seen = { requests: 0, conditional: 0 };
  let edited = 0;
  const server = createServer((request, response) => {
    const feed = Number(/\d+/.exec(request.url ?? '')?.[0]);
    const changed = feed < edited;
    const etag = `"${feed}-${changed}"`;
    seen.requests += 1;
    if (request.headers['if-none-match']) seen.conditional += 1;
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, { etag }).end();
    return response
      .writeHead(200, { 'content-type': 'application/rss+xml', etag })
      .end(feedDocument(String(feed), changed ? 21 : 20));
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  try {
    yield* onStage<Figure>('redis', async function* (stage) {
      const { directory, env, database } = stage;
      // A hundred hosts: of one host, one feed is asked for at a time.
      const feeds = Array.from(
        { length: count },
        (_, n) =>
          `  - { id: f${n}, url: "http://127.0.1.${(n % 100) + 1}:${port}/${n}", every: 24h, allowPrivate: true, fullText: never }`,
      );
      await configure(stage, { connections: 1, feeds: feeds.join('\n') });
      const service = await startService({ directory, env, role: 'watch' });
      try {
        const polled = async () => {
          const { rows } = await database.query(
            'select count(*)::int as n, max(last_poll_at) as at from feeds where last_success_at is not null',
          );
          return rows[0] as { n: number; at: Date };
        };
        io.say(`watch: ${count} feeds for the first time`);
        await eventually(async () => ((await polled()).n >= count ? true : undefined), {
          every: 200,
          within: 600_000,
          otherwise: `Not every feed was polled. What the service said is in ${directory}.`,
        });
        Object.assign(seen, { requests: 0, conditional: 0 });
        edited = changes;
        const before = new Date();
        const cpu = processorTime(service.pid);
        io.say(`watch: ${count} feeds, of which ${changes} have changed`);
        const begun = performance.now();
        await execute(process.execPath, [launcher, 'poll', '--json'], {
          cwd: directory,
          env,
          maxBuffer: 64_000_000,
        });
        await eventually(
          async () => {
            const { rows } = await database.query(
              'select count(*)::int as n from feeds where last_poll_at > $1',
              [before],
            );
            return rows[0].n >= count ? true : undefined;
          },
          { every: 50, within: 600_000, otherwise: 'Not every feed was polled again.' },
        );
        const took = (performance.now() - begun) / 1000;
        const used = processorTime(service.pid) - cpu;
        const { rows } = await database.query(
          'select count(*)::int as n from articles where seen_at > $1',
          [before],
        );
        const name = `watch: ${count} feeds, ${changes} changed`;
        yield* [
          {
            name: `${name}: requests`,
            value: seen.requests,
            unit: 'requests',
            ratio: { is: seen.requests / count, of: 'the feeds' },
            wanted: { atMost: 1 },
          },
          {
            name: `${name}: conditional`,
            value: seen.conditional,
            unit: 'requests',
            ratio: { is: seen.conditional / count, of: 'the feeds' },
            wanted: { atLeast: 1 },
          },
          {
            name: `${name}: new articles`,
            value: rows[0].n,
            unit: 'articles',
            ratio: { is: rows[0].n / changes, of: 'the changes' },
            wanted: { atLeast: 1 },
          },
          { name: `${name}: processor time`, value: (used * 1000) / count, unit: 'ms/feed' },
          { name: `${name}: a cycle`, value: took, unit: 's' },
          { name: `${name}: most memory`, value: peakMemory(service.pid), unit: 'MB' },
        ];
      } finally {
        await service.stop();
      }
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
