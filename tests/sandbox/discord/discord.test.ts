import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type DiscordOptions,
  type DiscordSandbox,
  startDiscord,
} from '../../../sandbox/discord/index.js';

const channel = '1200000000000000001';
const role = '1300000000000000001';
const token = 'the-right-token';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(changes: Partial<DiscordOptions> = {}): Promise<DiscordSandbox> {
  const discord = await startDiscord({
    port: 0,
    token,
    guild: 'Readers',
    channels: [{ id: channel, name: 'security', roles: [{ id: role, name: 'Readers' }] }],
    ...changes,
  });
  cleanups.push(discord.close);
  return discord;
}

async function call(
  discord: DiscordSandbox,
  method: string,
  path: string,
  body?: unknown,
  authorization = `Bot ${token}`,
) {
  const answer = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    headers: { Authorization: authorization },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text ? JSON.parse(text) : undefined,
  };
}

const messages = `/channels/${channel}/messages`;
const good = {
  content: 'Hello',
  embeds: [{ title: 'Water', url: 'https://news.example/water', color: 0xaa3344 }],
  allowed_mentions: { parse: [], roles: [] },
  nonce: 'first',
  enforce_nonce: true,
};
const without = (key: keyof typeof good) => {
  const { [key]: _, ...rest } = good;
  return rest;
};
const withEmbed = (embed: object) => ({ ...good, embeds: [embed] });

describe('the Discord stand-in', () => {
  it('posts what is right, and shows it without the nonce when it is read', async () => {
    const discord = await start();
    const posted = await call(discord, 'POST', messages, good);
    expect(posted.status).toBe(200);
    expect(posted.body).toMatchObject({ content: 'Hello', nonce: 'first', author: { bot: true } });
    const read = await call(discord, 'GET', messages);
    expect(read.body).toHaveLength(1);
    expect(read.body[0]).toMatchObject({
      id: posted.body.id,
      embeds: [{ type: 'rich', title: 'Water' }],
    });
    expect(read.body[0]).not.toHaveProperty('nonce');
  });

  it.each<[string, unknown, string]>([
    ['an unknown key', { ...good, embed: {} }, ''],
    ['an unknown key in an embed', withEmbed({ title: 'x', colour: 1 }), 'embeds.0'],
    ['eleven embeds', { ...good, embeds: Array(11).fill({ title: 'x' }) }, 'embeds'],
    ['missing allowed_mentions', without('allowed_mentions'), 'allowed_mentions'],
    [
      'a parse of everything and a list',
      { ...good, allowed_mentions: { parse: ['roles'], roles: [role] } },
      'allowed_mentions',
    ],
    ['2001 characters of content', { ...good, content: 'x'.repeat(2001) }, 'content'],
    ['a title of 257 code points', withEmbed({ title: '🌍'.repeat(257) }), 'embeds.0.title'],
    ['a description of 4097', withEmbed({ description: 'x'.repeat(4097) }), 'embeds.0.description'],
    [
      '6001 over all embeds',
      { ...good, embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] },
      'embeds',
    ],
    [
      'two embeds of one URL',
      { ...good, embeds: Array(2).fill({ title: 'x', url: 'https://news.example/' }) },
      'embeds',
    ],
    ['a relative URL', withEmbed({ title: 'x', url: '/water' }), 'embeds.0.url'],
    ['a javascript: URL', withEmbed({ title: 'x', url: 'javascript:alert(1)' }), 'embeds.0.url'],
    ['a colour beyond 0xffffff', withEmbed({ title: 'x', color: 0x1000000 }), 'embeds.0.color'],
    [
      'a timestamp that is none',
      withEmbed({ title: 'x', timestamp: 'yesterday' }),
      'embeds.0.timestamp',
    ],
    ['an embed that shows nothing', withEmbed({ color: 1 }), 'embeds.0'],
    ['a nonce of 26 characters', { ...good, nonce: 'n'.repeat(26) }, 'nonce'],
    ['a missing nonce', without('nonce'), 'nonce'],
    ['a nonce that is not enforced', { ...good, enforce_nonce: false }, 'enforce_nonce'],
  ])('refuses %s, and says where', async (_, body, place) => {
    const discord = await start();
    const answer = await call(discord, 'POST', messages, body);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 50035, message: 'Invalid Form Body' },
    });
    const at = place
      .split('.')
      .filter(Boolean)
      .reduce((tree, key) => tree?.[key], answer.body.errors);
    expect(at?._errors).not.toHaveLength(0);
    expect(discord.requests.at(-1)?.problems?.[0]).toContain(`${place}: `);
    expect(discord.messages()).toHaveLength(0);
  });

  it.each([
    [
      '128 embeds of text in all its ten embeds, 6000 together',
      { ...good, embeds: Array(10).fill({ description: 'x'.repeat(600) }) },
    ],
    ['2000 emoji of content', { ...good, content: '🌍'.repeat(2000) }],
    ['white space around a title of 256', withEmbed({ title: `  ${'x'.repeat(256)}\n` })],
  ])('takes %s', async (_, body) => {
    expect((await call(await start(), 'POST', messages, body)).status).toBe(200);
  });

  it('refuses an empty message, and one that is no JSON', async () => {
    const discord = await start();
    const empty = { ...without('embeds'), content: '  ' };
    expect(await call(discord, 'POST', messages, empty)).toMatchObject({
      status: 400,
      body: { code: 50006 },
    });
    expect(await call(discord, 'POST', messages, '{')).toMatchObject({
      status: 400,
      body: { code: 50109 },
    });
  });

  it('answers as Discord does to a wrong token and to what is not there', async () => {
    const discord = await start();
    const wrong = await call(discord, 'POST', messages, good, 'Bot another');
    expect(wrong).toMatchObject({ status: 401, body: { message: '401: Unauthorized' } });
    const missing = '/channels/1299999999999999999/messages';
    expect(await call(discord, 'POST', missing, good)).toMatchObject({
      status: 404,
      body: { code: 10003 },
    });
    expect(await call(discord, 'GET', `${messages}/1`)).toMatchObject({
      status: 404,
      body: { code: 10008 },
    });
    expect(await call(discord, 'GET', '/guilds/1')).toMatchObject({
      status: 404,
      body: { code: 10004 },
    });
    expect(await call(discord, 'PUT', messages, good)).toMatchObject({ status: 405 });
    expect(discord.messages()).toHaveLength(0);
  });

  it('lets a bot do only what the Discord channel permits', async () => {
    const of = async (...deny: ('VIEW_CHANNEL' | 'SEND_MESSAGES' | 'EMBED_LINKS')[]) => {
      const discord = await start({ channels: [{ id: channel, name: 'security', deny }] });
      return call(discord, 'POST', messages, good);
    };
    expect(await of('VIEW_CHANNEL')).toMatchObject({ status: 403, body: { code: 50001 } });
    expect(await of('SEND_MESSAGES')).toMatchObject({ status: 403, body: { code: 50013 } });
    expect(await of('EMBED_LINKS')).toMatchObject({ status: 403, body: { code: 50013 } });
  });

  it('returns the first message for a nonce it knows, until it forgets it', async () => {
    const clock = { now: Date.now() };
    const discord = await start({ now: () => clock.now, nonceWindow: 300 });
    const first = await call(discord, 'POST', messages, good);
    const second = await call(discord, 'POST', messages, { ...good, content: 'Other' });
    expect(second.body).toMatchObject({ id: first.body.id, content: 'Hello' });
    clock.now += 299_000;
    expect((await call(discord, 'POST', messages, good)).body.id).toBe(first.body.id);
    clock.now += 2_000;
    expect((await call(discord, 'POST', messages, good)).body.id).not.toBe(first.body.id);
    expect(discord.messages()).toHaveLength(2);
  });

  it('blocks the nonce of a deleted message', async () => {
    const discord = await start();
    const { body } = await call(discord, 'POST', messages, good);
    expect((await call(discord, 'DELETE', `${messages}/${body.id}`)).status).toBe(204);
    expect(await call(discord, 'POST', messages, good)).toMatchObject({
      status: 404,
      body: { code: 10008 },
    });
    expect(discord.messages()).toHaveLength(0);
  });

  it('asks for allowed_mentions in an edit too', async () => {
    const discord = await start();
    const { body } = await call(discord, 'POST', messages, good);
    const path = `${messages}/${body.id}`;
    expect((await call(discord, 'PATCH', path, { content: 'New' })).status).toBe(400);
    const right = { content: 'New', allowed_mentions: { parse: [] } };
    expect((await call(discord, 'PATCH', path, right)).body).toMatchObject({ content: 'New' });
    expect((await call(discord, 'GET', path)).body.edited_timestamp).not.toBeNull();
    const empty = { content: '', embeds: [], allowed_mentions: { parse: [] } };
    expect((await call(discord, 'PATCH', path, empty)).body).toMatchObject({ code: 50006 });
  });

  it('limits posts in one Discord channel, and tells so in the headers', async () => {
    const clock = { now: Date.now() };
    const discord = await start({ now: () => clock.now, rateLimit: { posts: 2, seconds: 5 } });
    const post = (nonce: string) => call(discord, 'POST', messages, { ...good, nonce });
    expect((await post('1')).headers.get('x-ratelimit-remaining')).toBe('1');
    expect((await post('2')).headers.get('x-ratelimit-remaining')).toBe('0');
    const third = await post('3');
    expect(third).toMatchObject({ status: 429, body: { global: false, retry_after: 5 } });
    expect(third.headers.get('retry-after')).toBe('5');
    clock.now += 5_000;
    expect((await post('3')).status).toBe(200);
  });

  it('pages through messages from an id on, and before one', async () => {
    const discord = await start();
    const ids: string[] = [];
    for (const nonce of ['a', 'b', 'c', 'd']) {
      ids.push((await call(discord, 'POST', messages, { ...good, nonce })).body.id);
    }
    const list = async (query: string) =>
      (await call(discord, 'GET', `${messages}?${query}`)).body.map(({ id }: { id: string }) => id);
    expect(await list('limit=2')).toEqual([ids[3], ids[2]]);
    expect(await list(`after=${ids[0]}&limit=2`)).toEqual([ids[2], ids[1]]);
    expect(await list(`before=${ids[2]}&limit=1`)).toEqual([ids[1]]);
  });

  it('shows the same messages after a restart, and still knows their nonces', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'broadsheet-discord-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const stateFile = join(folder, 'state', 'discord.json');
    const before = await start({ stateFile });
    const { body } = await call(before, 'POST', messages, good);
    await before.close();
    const after = await start({ stateFile });
    expect(after.messages()).toMatchObject([{ id: body.id, content: 'Hello' }]);
    expect((await call(after, 'POST', messages, good)).body.id).toBe(body.id);
    const next = await call(after, 'POST', messages, { ...good, nonce: 'second' });
    expect(BigInt(next.body.id)).toBeGreaterThan(BigInt(body.id));
    expect(JSON.parse(await readFile(stateFile, 'utf8')).messages).toHaveLength(2);
  });
});
