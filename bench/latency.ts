/** How long an article takes from its publication to readers: by mail, in Discord, and in an output feed. */

import { eventually, freePort, requireProgram } from '../rig/child.js';
import { addReaders } from '../rig/readers.js';
import { startService } from '../rig/service.js';
import { type DiscordSandbox, startDiscord } from '../sandbox/discord/index.js';
import { program } from './edition.js';
import type { Figure } from './figures.js';
import { type BenchNewsroom, startNewsroom, type Way } from './newsroom.js';
import type { BenchIo, BenchOptions } from './options.js';
import { mailEnded, mailTimes } from './receipts.js';
import { configure, onStage, type Stage } from './stage.js';

const discordChannel = { id: '1200000000000000001', name: 'bench' } as const;
const token = 'bench';

/** Seconds between two polls: the least that a config may ask for. */
const every = 5;
/**
 * Seconds. Half-way between two polls is what an article waits for on average; and within ten seconds of a
 * poll a push would not lead to the next one yet.
 */
const sinceLastPoll: Readonly<Record<Way, { readonly from: number; readonly to: number }>> = {
  poll: { from: every / 2, to: every / 2 + 0.1 },
  websub: { from: 10, to: 600 },
};

/** A service with everything around it. */
interface Scene {
  readonly stage: Stage;
  readonly newsroom: BenchNewsroom;
  readonly discord: DiscordSandbox;
  readonly outputFeed: string;
  readonly readers: number;
}

export async function* latency(options: BenchOptions, io: BenchIo): AsyncGenerator<Figure> {
  requireProgram('smtp-sink', 'postfix');
  requireProgram('redis-server', 'redis-server');
  const sizes = options.smoke ? [20] : [100, 100_000].filter((n) => n <= options.largest);
  /** What the smallest size took from the poll on. */
  const base = new Map<string, number>();
  for (const readers of sizes) {
    const who = `latency: ${readers.toLocaleString('en')} readers`;
    io.say(who);
    yield* onStage<Figure>('redis', async function* (stage) {
      const scene = await setUp(stage, readers);
      for (const way of ['poll', 'websub'] as const) {
        await rightMoment(scene, way);
        const { asked, arrivals } = await publish(scene, way);
        yield { name: `${who}, ${names[way]}: to the poll`, value: asked, unit: 's' };
        for (const [where, value] of Object.entries(arrivals)) {
          const what = `${names[way]}: to ${where}`;
          const took = value - asked;
          const of = base.get(what);
          if (of === undefined) base.set(what, took);
          const ratio = of && { ratio: { is: took / of, of: `${sizes[0]}, from the poll on` } };
          yield { name: `${who}, ${what}`, value, unit: 's', ...ratio };
        }
      }
    });
  }
}

const names: Readonly<Record<Way, string>> = { poll: 'by poll', websub: 'by WebSub' };

async function setUp(stage: Stage, readers: number): Promise<Scene> {
  const { directory, database, opened } = stage;
  const newsroom = await opened(startNewsroom(), (one) => one.close());
  const discord = await opened(
    startDiscord({ port: 0, token, guild: 'Bench', channels: [discordChannel] }),
    (one) => one.close(),
  );
  await configure(stage, {
    connections: 10,
    feeds: `  - { id: poll, url: "${newsroom.feedUrl('poll')}", every: ${every}s, allowPrivate: true, fullText: never }
  - { id: websub, url: "${newsroom.feedUrl('websub')}", allowPrivate: true, fullText: never }`,
    discordChannel: discordChannel.id,
  });
  const PORT = String(await freePort());
  const PUBLIC_URL = `http://127.0.0.1:${PORT}`;
  const discordEnv = { DISCORD_TOKEN: token, DISCORD_API_URL: discord.apiUrl };
  const env = { ...stage.env, PORT, PUBLIC_URL, ...discordEnv };
  await opened(startService({ directory, env }), (service) => service.stop());
  const otherwise = `The feeds were not taken up. What the service said is in ${directory}.`;
  const takenUp = async () => {
    const { rows } = await database.query(
      `select (select count(*) = 2 from feeds where seeded_at is not null)
         and exists (select from hub_subscriptions where lease_until is not null) as ready`,
    );
    return rows[0].ready || undefined;
  };
  await eventually(takenUp, { every: 50, within: 60_000, otherwise });
  // The first article of a process waits until what it takes is loaded. This one comes before the readers.
  newsroom.publish('poll');
  await eventually(async () => discord.messages()[0], { every: 50, within: 60_000, otherwise });
  await addReaders(database, readers, program.id);
  await database.query('analyze');
  return { stage, newsroom, discord, outputFeed: `${PUBLIC_URL}/feeds/all.rss`, readers };
}

/** Waits until the last poll is as long ago as it should be when an article comes. */
async function rightMoment({ newsroom, stage }: Scene, way: Way): Promise<void> {
  const { from, to } = sinceLastPoll[way];
  await eventually(
    async () => {
      const since = (Date.now() - (newsroom.requests(way).at(-1) ?? 0)) / 1000;
      return (since >= from && since <= to) || undefined;
    },
    {
      every: 10,
      within: 60_000,
      otherwise: `The feeds are not polled any more. What the service said is in ${stage.directory}.`,
    },
  );
}

/** Publishes an article, and resolves to the seconds until each thing happened. */
async function publish(scene: Scene, way: Way) {
  const { stage, newsroom, discord, readers } = scene;
  const patience = {
    within: 30 * 60_000,
    otherwise: `The article did not arrive everywhere. What the service said is in ${stage.directory}.`,
  };
  const posts = discord.messages().length;
  const { title, at } = newsroom.publish(way);
  const [served, post, mails] = await Promise.all([
    eventually(() => shows(scene.outputFeed, title), { every: 10, ...patience }),
    eventually(async () => discord.messages()[posts], { every: 100, ...patience }),
    eventually(() => mailsSince(stage, at, readers), { every: 200, ...patience }),
  ]);
  const asked = newsroom.requests(way).find((request) => request >= at) ?? at;
  const seconds = (moment: number) => (moment - at) / 1000;
  return {
    asked: seconds(asked),
    arrivals: {
      'the output feed': seconds(served),
      Discord: seconds(Date.parse(post.sentAt)),
      'the first mailbox': seconds(mails.first),
      'the last mailbox': seconds(mails.last),
    },
  };
}

/** The moment, once the output feed shows the article. */
async function shows(outputFeed: string, title: string): Promise<number | undefined> {
  const answer = await fetch(outputFeed);
  return (await answer.text()).includes(title) ? Date.now() : undefined;
}

/** When the first and the last receipt were written, once all are: a little after the mail server took the mail. */
async function mailsSince({ database }: Stage, since: number, readers: number) {
  const { rows: editions } = await database.query(
    `select id from editions where created_at >= $1 and state = 'ready'`,
    [new Date(since)],
  );
  const id = editions[0]?.id;
  if (!id || !(await mailEnded(database, id))) return undefined;
  return mailTimes(database, id, readers);
}
