import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  demoConfig,
  demoNewsroom,
  demoSubscribers,
  type Sandbox,
  startSandbox,
} from '../../sandbox/index.js';
import type { Config } from '../../src/config/config.js';

describe('the sandbox', () => {
  let dataDir: string;
  const running: { close(): unknown }[] = [];
  const start = async (newsroom = true): Promise<Sandbox> => {
    const ports = { newsroom: 0, smtp: 0, mailbox: 0, discord: 0 };
    const sandbox = await startSandbox({ dataDir, newsroom, ports });
    running.push(sandbox);
    return sandbox;
  };
  const addresses = ({ newsroom, mailbox, discord, discordToken }: Sandbox) => ({
    feed: newsroom?.feedUrl,
    smtp: mailbox.smtpUrl,
    mailbox: mailbox.url,
    discord: discord.apiUrl,
    discordToken,
  });

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'broadsheet sandbox '));
  });
  afterEach(async () => {
    for (const part of running.splice(0)) await part.close();
    await rm(dataDir, { recursive: true });
  });

  it('keeps its addresses and its token over a restart', async () => {
    const first = await start();
    const before = addresses(first);
    await first.close();
    running.pop();
    expect(addresses(await start())).toEqual(before);
    expect((await demoNewsroom(dataDir)).feedUrl).toBe(before.feed);
  });

  it('takes another port where its own is taken meanwhile', async () => {
    const first = await start();
    const { port, url } = first.mailbox;
    await first.close();
    running.pop();
    running.push(await occupy(port));
    const second = await start();
    expect(second.mailbox.url).not.toBe(url);
    expect((await fetch(second.mailbox.url)).status).toBe(200);
  });

  it('dates what arrives by the clock it is given', async () => {
    const at = '2031-05-01T08:00:00.000Z';
    const ports = { newsroom: 0, smtp: 0, mailbox: 0, discord: 0 };
    const sandbox = await startSandbox({
      dataDir,
      newsroom: false,
      ports,
      now: () => new Date(at),
    });
    running.push(sandbox);
    const { mailbox, discord, discordToken } = sandbox;
    const transport = createTransport(mailbox.smtpUrl);
    await transport.sendMail({ from: 'a@a.test', to: 'b@b.test', subject: 'Hello', text: 'Hello' });
    transport.close();
    expect(mailbox.messages().map(({ receivedAt }) => receivedAt)).toEqual([at]);
    const [channel] = demoConfig({ url: '', feedUrl: '' }).discord.channels;
    const posted = await fetch(`${discord.apiUrl}/v10/channels/${channel?.id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${discordToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        content: 'Hello',
        allowed_mentions: { parse: [] },
        nonce: '1',
        enforce_nonce: true,
      }),
    });
    expect(await posted.json()).toMatchObject({ content: 'Hello' });
    expect(discord.messages().map(({ sentAt }) => sentAt)).toEqual([at]);
  });

  it('opens no newsroom for a config of its own', async () => {
    expect((await start(false)).newsroom).toBeUndefined();
  });

  it('brings a config that is one, with a destination for every program', async () => {
    const { newsroom } = await start();
    if (!newsroom) throw new Error('The demo has no newsroom.');
    const config: Config = demoConfig(newsroom);
    expect(config.feeds[0]).toMatchObject({
      url: newsroom.feedUrl,
      every: 5,
      allowPrivate: true,
      burst: 10,
    });
    const known = config.programs.map((program) => program.id);
    for (const channel of config.discord.channels) {
      for (const program of channel.programs) expect(known).toContain(program);
    }
    for (const id of known) {
      expect(
        config.discord.channels.filter((channel) => channel.programs.includes(id)),
      ).toHaveLength(3);
      const readers = demoSubscribers.filter((reader) => reader.programs.includes(id));
      expect(readers.length).toBeGreaterThan(1);
    }
    const cadences = [...demoSubscribers, ...config.discord.channels].map((one) => one.cadence);
    expect(new Set(cadences)).toEqual(new Set(['instant', 'daily', 'weekly']));
  });
});

function occupy(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
