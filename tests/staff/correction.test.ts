import { describe, expect, it } from 'vitest';
import { holdEditions } from '../../src/store/holds.js';
import { later } from '../support/ledger.js';
import { channelsOfDiscord, openRoom, type Room } from './room.js';

/** An article that amina and bolat were sent, of which the newsroom then published a second revision. */
async function revised(): Promise<Room & { id: string }> {
  const room = await openRoom();
  for (const name of ['amina', 'bolat']) await room.reader(name);
  room.faults.rcpt = (address) =>
    address.startsWith('bolat') ? '550 5.7.1 Not today.' : undefined;
  const id = await room.article('one');
  await room.deliver();
  delete room.faults.rcpt;
  room.clock.now = later(3600);
  await room.revise('one', { title: 'Article one, put right' });
  return Object.assign(room, { id });
}

/** The corrections that were frozen. */
async function corrections({ database }: Room) {
  const { rows } = await database.query(
    `select id, corrects, state, content, key from editions where corrects is not null order by key`,
  );
  return rows;
}

describe('a resend of an article with a newer revision', () => {
  it('brings the newest one, marked as a correction of what was sent, to the same list', async () => {
    const room = await revised();
    const root = await room.editionOf(room.id);
    const plan = await room.plan(room.id, { only: 'all' });
    expect(plan.editions).toMatchObject([
      { root, title: 'Article one, put right', correction: { from: 1, to: 2 } },
    ]);
    const email = plan.editions[0]?.channels.find(({ channel }) => channel === 'email');
    expect(email).toMatchObject({ haveIt: 0, haveEarlier: 1, left: [] });
    expect(email?.chosen).toHaveLength(2);
    expect(await corrections(room)).toEqual([]);

    await room.confirm(plan);
    await room.deliver();
    expect(await corrections(room)).toMatchObject([
      {
        corrects: root,
        state: 'ready',
        key: `alert:${room.id}:en:revision-2`,
        content: { corrects: '2026-03-02T08:00:00.000Z', createdAt: later(3600).toISOString() },
      },
    ]);
    expect(await room.rounds()).toEqual(['amina: accepted accepted', 'bolat: rejected accepted']);
    expect(room.mails().filter((mail) => mail.includes('put right'))).toHaveLength(2);
    const posts = room.discord.messages(channelsOfDiscord.security);
    expect(posts).toHaveLength(2);
    expect(JSON.stringify(posts.at(-1))).toContain('put right');
  });

  it('is found again by later resends, which go on in the same rounds', async () => {
    const room = await revised();
    room.faults.rcpt = (address) =>
      address.startsWith('bolat') ? '550 5.7.1 Still not.' : undefined;
    await room.resend(room.id, { only: 'missing', channel: 'email' });
    await room.deliver();
    delete room.faults.rcpt;
    expect(await room.rounds()).toEqual(['amina: accepted', 'bolat: rejected rejected']);
    const plan = await room.plan(room.id, { only: 'missing', channel: 'email' });
    expect(plan.editions[0]?.correction).toBeUndefined();
    expect(plan.editions[0]?.channels).toMatchObject([
      { haveEarlier: 0, left: [{ why: 'had an earlier revision', count: 1 }] },
    ]);
    await room.confirm(plan);
    await room.deliver();
    expect(await room.rounds()).toEqual(['amina: accepted', 'bolat: rejected rejected accepted']);
    expect(await corrections(room)).toHaveLength(1);

    await room.revise('one', { title: 'Article one, put right again' });
    const third = await room.plan(room.id, { only: 'all', channel: 'email' });
    expect(third.editions).toMatchObject([{ correction: { from: 2, to: 3 } }]);
    await room.confirm(third);
    await room.deliver();
    const root = await room.editionOf(room.id);
    expect((await corrections(room)).map(({ corrects }) => corrects)).toEqual([root, root]);
    expect(await room.rounds()).toEqual([
      'amina: accepted accepted',
      'bolat: rejected rejected accepted accepted',
    ]);
  });

  it('sends with --as-sent, and of an edition by its id, what was frozen', async () => {
    const room = await revised();
    await room.resend(room.id, { asSent: true, channel: 'email' });
    await room.deliver();
    expect(room.mails()).toEqual(['amina: Article one', 'bolat: Article one']);
    await room.resend(await room.editionOf(room.id), { only: 'all', channel: 'email' });
    await room.deliver();
    expect(room.mails().filter((mail) => mail.includes('put right'))).toEqual([]);
    expect(await corrections(room)).toEqual([]);
  });

  it('is one when two confirm it in the same moment', async () => {
    const room = await revised();
    const plan = await room.plan(room.id, { only: 'all' });
    const results = await Promise.all([room.confirm(plan, 'alma'), room.confirm(plan, 'boris')]);
    expect(results.map(({ result }) => result).sort()).toEqual(['already', 'done']);
    await room.deliver();
    expect(await corrections(room)).toHaveLength(1);
    expect(room.mails()).toHaveLength(3);
  });

  it('does nothing when a still newer revision came since the plan', async () => {
    const room = await revised();
    const plan = await room.plan(room.id);
    await room.revise('one', { title: 'Article one, a third time' });
    const result = await room.confirm(plan);
    expect(result).toMatchObject({
      result: 'changed',
      plan: { editions: [{ correction: { from: 1, to: 3 } }] },
    });
    expect(await corrections(room)).toEqual([]);
  });

  it('reaches those for whom the first revision could not be rendered', async () => {
    const room = await openRoom();
    await room.reader('amina');
    const id = await room.article('one', { url: `https://newsroom.test/${'x'.repeat(100_000)}` });
    await room.deliver();
    expect(await room.rounds()).toEqual(['amina: pending']);
    const plan = await room.plan(id, { channel: 'email' });
    expect(plan.count).toBe(0);
    const [email] = plan.editions[0]?.channels ?? [];
    expect(email?.failure).toContain('even without the articles');
    expect(email?.left).toEqual([{ why: 'cannot get it', count: 1 }]);

    await room.revise('one', { url: 'https://newsroom.test/short' });
    expect(await room.resend(id, { channel: 'email' })).toMatchObject({ deliveries: 1 });
    await room.deliver();
    expect(await room.rounds()).toEqual(['amina: pending accepted']);
  });

  it('says in the plan where the newest revision cannot be rendered, and goes out elsewhere', async () => {
    const room = await revised();
    await room.revise('one', { url: `https://newsroom.test/${'x'.repeat(100_000)}` });
    const plan = await room.plan(room.id, { only: 'all' });
    const [discord, email] = plan.editions[0]?.channels ?? [];
    expect(discord).toMatchObject({ channel: 'discord', haveEarlier: 2 });
    expect(email?.failure).toContain('even without the articles');
    expect(email?.chosen).toEqual([]);
    expect(await room.confirm(plan)).toMatchObject({ deliveries: 2 });
  });

  it('is refused while the article or the edition is held', async () => {
    const room = await revised();
    const root = await room.editionOf(room.id);
    await holdEditions(room.database, [root], { at: room.clock.now, reason: 'A wrong figure' });
    await expect(room.plan(room.id)).rejects.toThrow(
      `The edition ${root.slice(0, 8)} is held: A wrong figure. Let it go first with "broadsheet release ${root.slice(0, 8)}".`,
    );
    await expect(room.plan(root)).rejects.toThrow('is held');
  });
});

describe('a resend of what went out in digests', () => {
  it('is of a digest by its id, as it was frozen', async () => {
    const room = await openRoom();
    await room.reader('farida', { cadence: 'daily' });
    await room.database.query(
      `delete from subscriptions where destination_id in (select id from destinations where channel <> 'email')`,
    );
    const id = await room.article('one');
    room.clock.now = later(86_400);
    await room.assemble();
    await room.deliver();
    expect(await room.rounds()).toEqual(['farida: accepted']);
    const refused = await room.plan(id).catch((error: Error) => error.message);
    const [, digest = ''] =
      /^The article went out in digests only: ([0-9a-f]{8}) \(2026-03-03\)\. Send one of them again by its id\.$/.exec(
        String(refused),
      ) ?? [];
    await room.revise('one', { title: 'Article one, put right' });
    const plan = await room.plan(digest, { only: 'all' });
    expect(plan.editions).toMatchObject([{ kind: 'digest', on: '2026-03-03', count: 1 }]);
    expect(plan.editions[0]?.correction).toBeUndefined();
    await room.confirm(plan);
    await room.deliver();
    expect(await room.rounds()).toEqual(['farida: accepted accepted']);
    const [first, second] = room.mails();
    expect(second).toBe(first);
  });

  it('reaches the readers of each language in their own edition', async () => {
    const room = await openRoom();
    await room.reader('amina', { language: 'en' });
    await room.reader('dinara', { language: 'ru' });
    const id = await room.article('one');
    await room.deliver();
    const plan = await room.plan(id, { only: 'all', channel: 'email' });
    expect(plan.editions.map(({ language, count }) => [language, count]).sort()).toEqual([
      ['en', 1],
      ['ru', 1],
    ]);
    expect(await room.confirm(plan)).toMatchObject({ result: 'done', deliveries: 2 });
    await room.deliver();
    expect(await room.rounds()).toEqual(['amina: accepted accepted', 'dinara: accepted accepted']);
    const one = await room.plan(id, { only: 'all', to: 'dinara@readers.example', reason: 'Hers' });
    expect(one.count).toBe(1);
  });
});
