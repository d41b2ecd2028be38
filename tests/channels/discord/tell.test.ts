import { expect, it } from 'vitest';
import type { Notice } from '../../../src/channels/channel.js';
import { parts, security } from './parts.js';

const staff = { staffChannel: security, channels: [] };

const notice: Notice = {
  id: '0123456789abcdef0123456789abcdef',
  at: '2026-03-02T09:00:00.000Z',
  things: [
    {
      at: '2026-03-02T08:58:00.000Z',
      message: '“@everyone **read** [this](https://evil.example) <@&1300000000000000001>” is held.',
      command: 'broadsheet articles --held',
    },
  ],
  more: 0,
};
const yes = async () => true;

it('posts one message that shows what a feed said to the letter, and pings nobody', async () => {
  const { channel, discord } = await parts(staff);
  expect(await channel.tell?.(notice, security, yes)).toMatchObject({ outcome: 'accepted' });
  const posted = discord.requests.find(({ method }) => method === 'POST');
  expect(posted?.status).toBe(200);
  const body = JSON.stringify(posted?.body);
  expect(posted?.body).toMatchObject({ allowed_mentions: { parse: [], roles: [] } });
  expect(body).not.toContain('@everyone');
  expect(body).not.toContain('**read**');
  expect(body).not.toMatch(/(?<!\\)<@/);
  expect(body).toContain('`broadsheet articles --held`');
});

it('keeps within Discord’s limits, and counts what it leaves out', async () => {
  const { channel, discord } = await parts(staff);
  const [thing] = notice.things;
  const long = { ...(thing as (typeof notice.things)[0]), message: '*_'.repeat(2_000) };
  const many = { ...notice, things: Array.from({ length: 20 }, () => long), more: 30 };
  expect(await channel.tell?.(many, security, yes)).toMatchObject({ outcome: 'accepted' });
  const [message] = discord.messages(security);
  const { title, description } = message?.embeds[0] ?? {};
  expect(title).toBe('50 things need staff');
  const listed = description?.match(/broadsheet articles --held/g)?.length ?? 0;
  expect(listed).toBeGreaterThan(4);
  expect(description).toContain(`And ${50 - listed} more`);
});

it.each(['drop after commit', '502 after commit', 'drop before commit'] as const)(
  'posts once where the answer is lost: %s',
  async (kind) => {
    const { channel, discord, posts } = await parts(staff);
    discord.inject({ kind });
    expect(await channel.tell?.(notice, security, yes)).toMatchObject({ outcome: 'accepted' });
    expect(posts(security)).toBe(1);
  },
);

it('cannot know where the second answer is lost too', async () => {
  const { channel, discord } = await parts(staff);
  discord.inject({ kind: 'drop before commit' });
  discord.inject({ kind: '429 global' });
  expect(await channel.tell?.(notice, security, yes)).toMatchObject({ outcome: 'uncertain' });
});

it('says what to do where staff’s Discord channel is closed to the bot, and checks it like the others', async () => {
  const { channel, discord } = await parts(staff);
  discord.inject({ kind: '403' });
  expect(await channel.tell?.(notice, security, yes)).toMatchObject({
    outcome: 'rejected',
    reason: expect.stringContaining(`staff (${security})`),
  });
  const findings = await channel.check();
  expect(findings.map(({ subject }) => subject)).toEqual(['Discord', 'Discord channel staff']);
});

it('says whether Discord can be used', async () => {
  const { channel, discord } = await parts(staff);
  expect(await channel.reach?.()).toBeUndefined();
  discord.inject({ kind: '401', on: 'any' });
  expect(await channel.reach?.()).toContain('DISCORD_TOKEN');
});
