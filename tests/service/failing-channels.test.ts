/** A mail server and a Discord that misbehave in the middle of an edition: what waited goes out once. */

import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startDiscord } from '../../sandbox/discord/index.js';
import { useEngines } from '../support/engines.js';
import { freePort } from '../support/service.js';
import { addReaders, connections, discordChannel, newsroomRoom, notOnce } from './newsroom.js';

// None of this touches the database or the queue, so one engine is enough.
const [engine] = useEngines();

const readers = 40;

/** A newsroom on that engine, and a way to tell which neighbours `status` shows as failing. */
async function begin() {
  if (!engine) throw new Error('There is no engine.');
  const around = await newsroomRoom(await engine.start());
  const failing = async () =>
    (await around.sql('select name from neighbours')).map(({ name }) => name);
  /** What is put off by a minute or more is due at once. */
  const soon = () =>
    around.sql(
      `update deliveries set not_before = now() where state = 'pending' and not_before > now()`,
    );
  return { ...around, failing, soon };
}

it('brings an edition once to everybody, whatever the mail server does in the middle of it', async () => {
  const { room, news, mail, sql, settled, firstPoll, failing, soon } = await begin();
  const addresses = await addReaders(room, readers);
  const service = await room.start();
  await firstPoll();
  const published: string[] = [];
  let uncertain = 0;
  /** Publishes, and waits until some of the edition's mails are out, and more on their way. */
  async function middle(guid: string) {
    mail.faults.takes = 50;
    published.push(guid);
    news.publish(guid);
    const out = () => mail.accepted.filter(({ subject }) => subject.endsWith(guid)).length;
    await expect.poll(out, { timeout: 60_000, interval: 5 }).toBeGreaterThan(connections);
  }
  /** Everybody has everything once, but for so many more of whom nobody knows. */
  async function wentOut(more: { readonly atMost: number; readonly atLeast?: number }) {
    const { email } = await settled(published.length);
    const now = email?.uncertain ?? 0;
    expect(now - uncertain).toBeLessThanOrEqual(more.atMost);
    expect(now - uncertain).toBeGreaterThanOrEqual(more.atLeast ?? 0);
    uncertain = now;
    expect((email?.accepted ?? 0) + now).toBe(published.length * readers);
    const subjects = published.map((guid) => `Article ${guid}`);
    const { never, twice } = notOnce(mail.accepted, addresses, subjects);
    expect(twice).toEqual([]);
    expect(never.length).toBeLessThanOrEqual(uncertain);
  }

  await middle('refused');
  await mail.close();
  await expect.poll(failing, { timeout: 60_000 }).toEqual(['email']);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  await mail.heal();
  await wentOut({ atMost: connections });
  await expect.poll(failing, { timeout: 60_000 }).toEqual([]);

  await middle('greeted with 421');
  await mail.close();
  await mail.open({ greeting: 421 });
  await expect.poll(failing, { timeout: 60_000 }).toEqual(['email']);
  await mail.heal();
  await wentOut({ atMost: connections });

  await middle('slow');
  mail.faults.takes = 1_000;
  await wentOut({ atMost: 0 });

  await middle('dropped before the message');
  mail.faults.dropsBefore = 2 * connections;
  await expect.poll(() => mail.faults.dropsBefore, { timeout: 60_000 }).toBe(0);
  const open = `select from deliveries where state in ('pending', 'claimed', 'sending')`;
  await expect
    .poll(async () => [await soon(), await sql(open)], { timeout: 60_000 })
    .toEqual([[], []]);
  const lost = `select from attempts where detail like '%lost before the whole message%'`;
  expect(await sql(lost)).not.toEqual([]);
  await wentOut({ atMost: 0 });

  await middle('dropped after the dot');
  mail.faults.dropsAfter = 2 * connections;
  await wentOut({ atMost: 2 * connections, atLeast: 2 * connections });
  expect(await service.stop()).toBe(0);
}, 240_000);

it('posts once after Discord failed, or could not be reached', async () => {
  const { room, news, settled, firstPoll, failing, soon } = await begin();
  await addReaders(room, 1);
  const options = {
    port: await freePort(),
    token: 'token',
    guild: 'Test',
    channels: [{ id: discordChannel, name: 'all' }],
    stateFile: join(room.directory, 'discord.json'),
  };
  let discord = await startDiscord(options);
  onTestFinished(() => discord.close());
  const posts = () => discord.messages(discordChannel);
  const service = await room.start({ variables: { DISCORD_API_URL: discord.apiUrl } });
  await firstPoll();

  discord.inject({ kind: '502 before commit', times: 2 });
  news.publish('failing');
  await expect
    .poll(
      async () => {
        await soon();
        return discord.requests.filter(({ status }) => status === 502);
      },
      { timeout: 60_000 },
    )
    .toHaveLength(2);
  await soon();
  expect((await settled(1)).discord).toEqual({ accepted: 1 });
  discord.inject({ kind: '502 after commit' });
  news.publish('posted all the same');
  expect((await settled(2)).discord).toEqual({ accepted: 2 });
  expect(posts()).toHaveLength(2);

  await discord.close();
  news.publish('unreachable');
  await expect.poll(failing, { timeout: 60_000 }).toEqual(['discord']);
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  discord = await startDiscord(options);
  const { discord: states, email } = await settled(3);
  expect(states).toEqual({ accepted: 3 });
  expect(email).toEqual({ accepted: 3 });
  expect(posts()).toHaveLength(3);
  await expect.poll(failing, { timeout: 60_000 }).toEqual([]);
  expect(await service.stop()).toBe(0);
}, 240_000);

it('posts what is new while the mails of many editions wait for their server', async () => {
  const { room, news, mail, discord, sql, firstPoll } = await begin();
  await addReaders(room, 1);
  const service = await room.start();
  await firstPoll();
  mail.faults.takes = 10 * 60_000;
  for (let n = 1; n <= 6; n++) news.publish(`number ${n}`);
  await expect.poll(() => discord.messages(), { timeout: 60_000 }).toHaveLength(6);
  const open = `select from deliveries where channel <> 'email' and state <> 'accepted'`;
  await expect.poll(() => sql(open), { timeout: 60_000 }).toEqual([]);
  expect(mail.accepted).toEqual([]);
  await mail.heal();
  expect(await service.stop()).toBe(0);
}, 120_000);
