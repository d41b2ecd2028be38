import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../sandbox/discord/index.js';
import {
  delivery,
  type discordOnly,
  edition,
  parts,
  politics,
  role,
  security,
  token,
} from './parts.js';

const one = delivery();

/** Creations of messages that the stand-in saw. */
function creations({ requests }: Awaited<ReturnType<typeof discordOnly>>) {
  return requests.filter(({ method }) => method === 'POST');
}

describe('the Discord channel', () => {
  it('posts one message in each Discord channel, and keeps its id and link', async () => {
    const { send, discord, wired } = await parts();
    const both = [one, delivery(politics)];
    const receipts = await send(both);
    expect(wired.sort()).toEqual(both.map(({ id }) => id).sort());
    for (const { id, destination } of both) {
      const [message, more] = discord.messages(destination.address);
      expect(more).toBeUndefined();
      const receipt = receipts[id];
      expect(receipt).toMatchObject({ outcome: 'accepted', externalId: message?.id });
      expect(receipt).toHaveProperty(
        'detail',
        `${discord.url}channels/1000000000000000001/${destination.address}/${message?.id}`,
      );
    }
  });

  it('mentions the role of the config, and nobody where there is none', async () => {
    const { send, discord } = await parts();
    await send([one, delivery(politics)]);
    const [withRole] = discord.messages(security);
    expect(withRole?.content).toBe(`<@&${role}>`);
    expect(withRole?.allowedMentions).toEqual({ parse: [], roles: [role] });
    const [without] = discord.messages(politics);
    expect(without?.content).toBe('');
    expect(without?.allowedMentions).toEqual({ parse: [], roles: [] });
  });

  it('lets hostile text neither mention nor format anything', async () => {
    const { channel, send, discord } = await parts();
    const title = '# @everyone <@123> -# [x](javascript:alert(1)) **b**';
    await send([one], await channel.render(edition({ title, summary: title })));
    const [message] = discord.messages();
    const shown = '\\# @\u200beveryone \\<@123\\> -# \\[x\\](javascript:alert(1)) \\*\\*b\\*\\*';
    expect(message?.embeds[0]).toMatchObject({ title: shown, description: shown });
    expect(message?.content).toBe(`<@&${role}>`);
    const page = await (await fetch(discord.url)).text();
    expect(page).toContain('@\u200beveryone &#60;@123&#62; -# [x](javascript:alert(1)) **b**');
    expect(page.match(/class="mention[^"]*"/g)).toEqual(['class="mention notifies"']);
  });

  it('posts a title of 129 emoji, which is longer in UTF-16 units than Discord allows', async () => {
    const { channel, send, discord } = await parts();
    const title = '🌍'.repeat(129);
    const receipts = await send([one], await channel.render(edition({ title })));
    expect(receipts[one.id]?.outcome).toBe('accepted');
    expect(discord.messages()[0]?.embeds[0]?.title).toBe(title);
  });

  it('posts again on purpose, when it is another round', async () => {
    const { send, posts } = await parts();
    await send([one]);
    const again = delivery(security, { round: 1 });
    expect((await send([again]))[again.id]?.outcome).toBe('accepted');
    expect(posts()).toBe(2);
  });

  it('sends nothing that the wire does not let through, and nothing once it is told to stop', async () => {
    const { channel, posts } = await parts();
    const rendered = await channel.render(edition());
    const closed = { onWire: async () => new Set<string>(), signal: new AbortController().signal };
    for await (const receipt of channel.send(rendered, [one], closed)) expect(receipt).toBe(null);
    const stopped = { onWire: async () => new Set([one.id]), signal: AbortSignal.abort() };
    for await (const receipt of channel.send(rendered, [one], stopped)) expect(receipt).toBe(null);
    expect(posts()).toBe(0);
  });

  it('defers everything with what to do, when it has no token', async () => {
    const { send, wired, posts } = await parts({ token: undefined });
    const receipt = (await send([one, delivery(politics)]))[one.id];
    expect(receipt).toMatchObject({ outcome: 'deferred', scope: 'channel' });
    expect(receipt).toHaveProperty('reason', expect.stringContaining('Set DISCORD_TOKEN'));
    expect(wired).toEqual([]);
    expect(posts()).toBe(0);
  });

  it('rejects an address that is no id of a Discord channel, and goes on with the rest', async () => {
    const { send } = await parts();
    const wrong = delivery('#security');
    const receipts = await send([wrong, one]);
    expect(receipts[wrong.id]).toMatchObject({ outcome: 'rejected', addressRefused: true });
    expect(receipts[one.id]?.outcome).toBe('accepted');
  });
});

describe('when the answer is lost, the Discord channel', () => {
  it.each<[string, Fault]>([
    ['the connection drops after Discord posted', { kind: 'drop after commit' }],
    ['Discord posted and a proxy answers 502', { kind: '502 after commit' }],
    ['Discord posted and answers too late', { kind: 'slow answer', seconds: 20 }],
  ])('finds the one message and accepts it: %s', async (_, fault) => {
    const { send, discord, posts } = await parts({ timeout: 500 });
    discord.inject(fault);
    const receipt = (await send([one]))[one.id];
    expect(receipt).toMatchObject({
      outcome: 'accepted',
      externalId: discord.messages()[0]?.id,
    });
    expect(posts()).toBe(1);
    expect(creations(discord)).toHaveLength(1);
  });

  it.each<[string, Fault]>([
    ['the connection drops before Discord posted', { kind: 'drop before commit' }],
    ['a proxy answers 502 before Discord posted', { kind: '502 before commit' }],
  ])('defers it, and the next attempt posts one message: %s', async (_, fault) => {
    const { send, discord, posts } = await parts();
    discord.inject(fault);
    expect((await send([one]))[one.id]).toMatchObject({ outcome: 'deferred', scope: 'delivery' });
    expect(posts()).toBe(0);
    const next = { ...one, attempt: 2 };
    expect((await send([next]))[one.id]?.outcome).toBe('accepted');
    expect(posts()).toBe(1);
  });

  it('looks again while Discord does not answer', async () => {
    const { send, discord, posts } = await parts();
    discord.inject({ kind: 'drop after commit' });
    discord.inject({ kind: '502 before commit', on: 'read', times: 2 });
    expect((await send([one]))[one.id]?.outcome).toBe('accepted');
    expect(posts()).toBe(1);
  });

  it('says uncertain, when its messages cannot be read either', async () => {
    const { send, discord } = await parts();
    discord.inject({ kind: 'drop after commit' });
    discord.inject({ kind: '502 before commit', on: 'read', times: 99 });
    expect((await send([one]))[one.id]?.outcome).toBe('uncertain');
  });

  it('says uncertain, when the bot may not read what is there', async () => {
    const channels = [{ id: security, name: 'security', deny: ['READ_MESSAGE_HISTORY'] as const }];
    const { send, discord } = await parts({}, { channels });
    discord.inject({ kind: 'drop after commit' });
    expect((await send([one]))[one.id]).toMatchObject({
      outcome: 'uncertain',
      reason: expect.stringContaining('Read Message History'),
    });
  });

  it('does not take the first round for the lost second', async () => {
    const clock = { ahead: -120_000 };
    const now = () => Date.now() + clock.ahead;
    const { channel, send, discord, posts } = await parts({ now }, { now });
    const rendered = await channel.render({
      ...edition(),
      createdAt: new Date(now()).toISOString(),
    });
    await send([one], rendered);
    clock.ahead = 0;
    discord.inject({ kind: 'drop before commit' });
    const again = delivery(security, { round: 1 });
    expect((await send([again], rendered))[again.id]?.outcome).toBe('deferred');
    expect((await send([{ ...again, attempt: 2 }], rendered))[again.id]?.outcome).toBe('accepted');
    expect(posts()).toBe(2);
  });

  it.each([
    ['is a resend after a round that was rejected', { round: 1, earlier: 0 }],
    ['is the third round after one that was accepted', { round: 2, earlier: 1 }],
  ])('finds its own post when it %s', async (_, counts) => {
    const { channel, send, discord, posts } = await parts({ timeout: 300 }, { nonceWindow: 0 });
    const rendered = await channel.render(edition());
    for (let n = 0; n < counts.earlier; n++) await send([one], rendered);
    const again = delivery(security, counts);
    const signal = new AbortController().signal;
    const absent = counts.earlier === 0 ? 'deferred' : 'uncertain';
    expect((await channel.recall?.(rendered, again, signal))?.outcome).toBe(absent);
    discord.inject({ kind: 'slow commit', seconds: 0.6 });
    await send([again], rendered);
    await expect.poll(posts).toBe(counts.earlier + 1);
    expect((await channel.recall?.(rendered, again, signal))?.outcome).toBe('accepted');
    const next = { ...again, attempt: 2 };
    expect((await send([next], rendered))[again.id]?.outcome).toBe('accepted');
    expect(posts()).toBe(counts.earlier + 1);
  });

  it('posts nothing twice, when Discord posted late and has forgotten the nonce', async () => {
    const { send, discord, posts } = await parts({ timeout: 300 }, { nonceWindow: 0 });
    discord.inject({ kind: 'slow commit', seconds: 0.6 });
    expect((await send([one]))[one.id]?.outcome).toBe('deferred');
    await expect.poll(posts).toBe(1);
    expect((await send([{ ...one, attempt: 2 }]))[one.id]?.outcome).toBe('accepted');
    expect(posts()).toBe(1);
    expect(creations(discord)).toHaveLength(1);
  });

  it('gives no receipt when it is stopped before it knows, and recalls it afterwards', async () => {
    const { channel, send, discord, stop } = await parts({ patience: [60_000] });
    discord.inject({ kind: 'drop after commit' });
    discord.inject({ kind: '502 before commit', on: 'read' });
    const sending = send([one]);
    const looked = () =>
      discord.requests.some(({ path, status }) => /messages$/.test(path) && status === 502);
    await expect.poll(looked).toBe(true);
    stop.abort();
    expect(await sending).toEqual({});
    const signal = new AbortController().signal;
    const outcome = await channel.recall?.(await channel.render(edition()), one, signal);
    expect(outcome).toMatchObject({ outcome: 'accepted', externalId: discord.messages()[0]?.id });
  });
});

describe('recalling a delivery after a crash', () => {
  it('tells what is there from what is not, without posting', async () => {
    const { channel, send, discord, posts } = await parts();
    const rendered = await channel.render(edition());
    const recall = (round: number) =>
      channel.recall?.(rendered, delivery(security, { round }), new AbortController().signal);
    expect(await recall(0)).toMatchObject({ outcome: 'deferred', scope: 'delivery' });
    await send([one], rendered);
    expect(await recall(0)).toMatchObject({ outcome: 'accepted' });
    expect(await recall(1)).toMatchObject({ outcome: 'uncertain' });
    await send([delivery(security, { round: 1 })], rendered);
    expect(await recall(1)).toMatchObject({ outcome: 'accepted' });
    discord.inject({ kind: '502 before commit', on: 'read', times: 99 });
    expect(await recall(0)).toMatchObject({ outcome: 'uncertain' });
    expect(posts()).toBe(2);
  });

  it('links the message, though the process is new', async () => {
    const { channel, send, discord } = await parts();
    await send([one]);
    const fresh = await parts({ apiUrl: discord.apiUrl });
    const rendered = await channel.render(edition());
    const outcome = await fresh.channel.recall?.(rendered, one, new AbortController().signal);
    const [message] = discord.messages();
    const detail = `${discord.url}channels/1000000000000000001/${security}/${message?.id}`;
    expect(outcome).toEqual({ outcome: 'accepted', detail, externalId: message?.id });
  });

  it('finds its post below more messages than one page holds', async () => {
    const { channel, send, discord } = await parts({}, { rateLimit: { posts: 500, seconds: 5 } });
    const rendered = await channel.render(edition());
    await send([one], rendered);
    for (let n = 0; n < 120; n++) {
      const other = { content: `Message ${n}`, nonce: `n${n}`, enforce_nonce: true };
      const answer = await fetch(`${discord.apiUrl}/v10/channels/${security}/messages`, {
        method: 'POST',
        headers: { Authorization: `Bot ${token}` },
        body: JSON.stringify({ ...other, allowed_mentions: { parse: [] } }),
      });
      expect(answer.status).toBe(200);
    }
    const late = delivery(security, { round: 1 });
    await send([late], rendered);
    const outcome = await channel.recall?.(rendered, late, new AbortController().signal);
    expect(outcome?.outcome).toBe('accepted');
  });
});

describe('when Discord refuses, the Discord channel', () => {
  it('waits as long as asked, alone for a route and a shared limit', async () => {
    const { send, discord, posts } = await parts();
    for (const kind of ['429 route', '429 shared'] as const) {
      discord.inject({ kind, channel: security, seconds: 2 });
      const receipts = await send([one, delivery(politics)]);
      expect(receipts[one.id]).toMatchObject({ outcome: 'deferred', scope: 'delivery' });
      const asked = (receipts[one.id] as { retryAfter?: number }).retryAfter;
      expect(asked).toBeGreaterThanOrEqual(2);
      expect(asked).toBeLessThanOrEqual(4);
      expect(receipts[delivery(politics).id]?.outcome).toBe('accepted');
    }
    expect(posts(security)).toBe(0);
    expect(posts(politics)).toBe(1);
  });

  it('stops the whole channel for a global limit, and posts once it is over', async () => {
    const { send, discord, posts } = await parts();
    discord.inject({ kind: '429 global', seconds: 1 });
    const receipt = (await send([one]))[one.id];
    expect(receipt).toMatchObject({ outcome: 'deferred', scope: 'channel' });
    await expect
      .poll(async () => (await send([{ ...one, attempt: 2 }]))[one.id]?.outcome, {
        timeout: 10_000,
        interval: 250,
      })
      .toBe('accepted');
    expect(posts()).toBe(1);
  });

  it('does not try the rest of the batch after a 401, and works again with the same token', async () => {
    const { send, discord, posts } = await parts();
    discord.inject({ kind: '401', times: 1 });
    const second = delivery(security, { round: 1 });
    const receipts = await send([one, second]);
    expect(receipts[one.id]).toMatchObject({
      outcome: 'deferred',
      scope: 'channel',
      reason: expect.stringContaining('DISCORD_TOKEN'),
    });
    expect(receipts).not.toHaveProperty([second.id]);
    expect((await send([one]))[one.id]?.outcome).toBe('accepted');
    expect(posts()).toBe(1);
  });

  it.each<[string, Fault['kind'], string]>([
    ['may not post', '403', 'Grant it Send Messages'],
    ['does not find the Discord channel', '404', 'Correct its id in the config'],
  ])('rejects with what to do, when it %s', async (_, kind, advice) => {
    const { send, discord, posts } = await parts();
    discord.inject({ kind });
    expect((await send([one]))[one.id]).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining(advice),
    });
    expect(posts()).toBe(0);
  });

  it('sees before the wire that a Discord channel is closed to it or not there', async () => {
    const channels = [{ id: security, name: 'security', deny: ['VIEW_CHANNEL'] as const }];
    const { send, wired } = await parts({}, { channels });
    const receipts = await send([one, delivery(politics)]);
    expect(receipts[one.id]).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('grant it View Channel'),
    });
    expect(receipts[delivery(politics).id]).toMatchObject({
      outcome: 'rejected',
      addressRefused: true,
    });
    expect(wired).toEqual([]);
  });

  it("rejects with Discord's own words for each field", async () => {
    const { channel, send } = await parts();
    const rendered = await channel.render(edition());
    const broken = { ...rendered, embeds: [{ ...rendered.embeds[0], title: 'x'.repeat(257) }] };
    const receipt = (await send([one], broken as typeof rendered))[one.id];
    expect(receipt).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/embeds\[0\]\.title.*Must be 256 or fewer in length/),
    });
  });

  it('counts a post that staff deleted within the nonce window as delivered', async () => {
    const { send, discord, posts } = await parts();
    await send([one]);
    const [message] = discord.messages();
    await fetch(`${discord.apiUrl}/v10/channels/${security}/messages/${message?.id}`, {
      method: 'DELETE',
      headers: { Authorization: `Bot ${token}` },
    });
    expect((await send([{ ...one, attempt: 2 }]))[one.id]?.outcome).toBe('accepted');
    expect(posts()).toBe(0);
  });

  it('defers everything while Discord cannot be reached', async () => {
    const { send, discord } = await parts();
    await discord.close();
    const receipt = (await send([one, delivery(politics)]))[one.id];
    expect(receipt).toMatchObject({
      outcome: 'deferred',
      scope: 'channel',
      reason: expect.stringContaining('could not be reached'),
    });
  });
});
