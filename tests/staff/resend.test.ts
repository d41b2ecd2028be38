import { describe, expect, it } from 'vitest';
import type { ResendPlan, ResendResult } from '../../src/staff/resend.js';
import { recentEvents } from '../../src/store/events.js';
import { putPause } from '../../src/store/pause.js';
import { unsubscribeToken } from '../../src/subscribers/tokens.js';
import { channelsOfDiscord, openRoom, type Room } from './room.js';

/** What a plan says of a channel of its only edition. */
function on(plan: ResendPlan, channel: string) {
  const found = plan.editions[0]?.channels.find((one) => one.channel === channel);
  if (!found) throw new Error(`The plan has no channel ${channel}.`);
  const { chosen, haveIt, left } = found;
  return { chosen: chosen.length, haveIt, left: left.map(({ why, count }) => `${count} ${why}`) };
}

/** An article that reached amina, was refused for bolat, and whose answer was lost for clara. */
async function mixed(): Promise<Room & { id: string }> {
  const room = await openRoom();
  for (const name of ['amina', 'bolat', 'clara']) await room.reader(name);
  room.faults.rcpt = (address) =>
    address.startsWith('bolat') ? '550 5.7.1 Not today.' : undefined;
  room.faults.dropAfterDot = ({ to }) => to[0]?.startsWith('clara') ?? false;
  const id = await room.article('one');
  await room.deliver();
  delete room.faults.rcpt;
  delete room.faults.dropAfterDot;
  expect(await room.rounds()).toEqual(['amina: accepted', 'bolat: rejected', 'clara: uncertain']);
  return Object.assign(room, { id });
}

const done = (deliveries: number): Partial<ResendResult> => ({ result: 'done', deliveries });

describe('a resend', () => {
  it('reaches those who lack the edition, and nobody else', async () => {
    const room = await mixed();
    const plan = await room.plan(room.id);
    expect(on(plan, 'email')).toEqual({
      chosen: 1,
      haveIt: 0,
      left: ['1 had it', '1 uncertain'],
    });
    expect(await room.confirm(plan)).toMatchObject(done(1));
    await room.deliver();
    expect(await room.rounds()).toEqual([
      'amina: accepted',
      'bolat: rejected accepted',
      'clara: uncertain',
    ]);
    expect(room.mails()).toEqual(['amina: Article one', 'bolat: Article one']);
  });

  it.each([
    ['rejected', ['amina: accepted', 'bolat: rejected accepted', 'clara: uncertain']],
    ['uncertain', ['amina: accepted', 'bolat: rejected', 'clara: uncertain accepted']],
    ['all', ['amina: accepted accepted', 'bolat: rejected accepted', 'clara: uncertain accepted']],
  ] as const)('reaches with --only %s whom it says', async (only, rounds) => {
    const room = await mixed();
    await room.resend(room.id, { only, channel: 'email' });
    await room.deliver();
    expect(await room.rounds()).toEqual(rounds);
  });

  it('is the same issue under another Message-ID', async () => {
    const room = await mixed();
    await room.resend(room.id, { only: 'all', channel: 'email' });
    await room.deliver();
    const [first, second] = room.mail.received
      .filter(({ to }) => to[0]?.startsWith('amina'))
      .map(({ raw }) => String(raw));
    const id = (raw = '') => /^Message-ID: (.*)$/im.exec(raw)?.[1];
    expect(id(second)).not.toBe(id(first));
    const same = (raw = '') =>
      raw
        .replace(/^Message-ID: .*$/im, '')
        .replace(/[0-9a-f]{24}-Part_\d/g, 'boundary')
        .replace(/--_NmP-.*|boundary=.*/g, '');
    expect(same(second)).toBe(same(first));
  });

  it('that is confirmed twice is one, and the second learns who made it', async () => {
    const room = await mixed();
    const plan = await room.plan(room.id);
    await room.confirm(plan, 'alma');
    expect(await room.confirm(plan, 'boris')).toMatchObject({
      result: 'already',
      by: { actor: 'alma', at: room.clock.now },
    });
    await room.deliver();
    expect(await room.confirm(plan, 'boris')).toMatchObject({ result: 'already' });
    expect(room.mails()).toHaveLength(2);
  });

  it('that is planned again for the same reason finds nobody, and says who made it', async () => {
    const room = await mixed();
    const again = { only: 'all', channel: 'email' } as const;
    expect(await room.resend(room.id, again)).toMatchObject(done(3));
    await room.deliver();
    const plan = await room.plan(room.id, { ...again, reason: '  The test  says so ' });
    expect(plan.count).toBe(0);
    expect(plan.editions[0]?.done).toMatchObject({ actor: 'alma' });
    expect(on(plan, 'email').left).toEqual(['3 had it again for this reason']);
    expect(await room.resend(room.id, { ...again, reason: 'Once more' })).toMatchObject(done(3));
    await room.deliver();
    expect(room.mails()).toHaveLength(7);
  });

  it('for the same reason tries again only those whom it did not reach', async () => {
    const room = await mixed();
    room.faults.rcpt = (address) =>
      address.startsWith('bolat') ? '550 5.7.1 Still not.' : undefined;
    await room.resend(room.id, { only: 'all', channel: 'email' });
    await room.deliver();
    delete room.faults.rcpt;
    expect(await room.resend(room.id, { only: 'all', channel: 'email' })).toMatchObject(done(1));
    await room.deliver();
    expect(await room.rounds()).toEqual([
      'amina: accepted accepted',
      'bolat: rejected rejected accepted',
      'clara: uncertain accepted',
    ]);
  });

  it('that two confirm in the same moment is one', async () => {
    const room = await mixed();
    const plan = await room.plan(room.id, { only: 'all' });
    const results = await Promise.all(
      ['alma', 'boris', 'chen'].map((who) => room.confirm(plan, who)),
    );
    expect(results.map(({ result }) => result).sort()).toEqual(['already', 'already', 'done']);
    const others = await Promise.all([
      room.resend(room.id, { only: 'all', reason: 'One' }),
      room.resend(room.id, { only: 'all', reason: 'Another' }),
    ]);
    // All are under way already.
    expect(others.map((one) => 'deliveries' in one && one.deliveries)).toEqual([0, 0]);
    await room.deliver();
    expect(room.mails()).toHaveLength(4);
    expect(room.discord.messages(channelsOfDiscord.security)).toHaveLength(2);
  });

  it('does nothing when the list has changed since the plan', async () => {
    const room = await mixed();
    const plan = await room.plan(room.id, { only: 'all', channel: 'email' });
    const other = await room.plan(room.id, { only: 'rejected', reason: 'Another reason' });
    await room.confirm(other);
    const result = await room.confirm(plan);
    expect(result.result).toBe('changed');
    expect(result).toMatchObject({ plan: { count: 2 } });
    await room.deliver();
    expect(room.mails()).toEqual(['amina: Article one', 'bolat: Article one']);
  });

  it('leaves alone what is still being sent, whatever the mode', async () => {
    const room = await openRoom();
    for (const name of ['amina', 'bolat', 'clara']) await room.reader(name);
    const id = await room.article('one');
    let going: () => void = () => {};
    const halfway = new Promise<void>((resolve) => {
      going = resolve;
    });
    let goOn: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    room.faults.beforeAnswer = async () => {
      if (room.mail.received.length < 1) return;
      going();
      await held;
    };
    const delivering = room.deliver();
    await halfway;
    const plan = await room.plan(id, { only: 'all', channel: 'email' });
    expect(on(plan, 'email')).toEqual({ chosen: 1, haveIt: 1, left: ['2 under way'] });
    await room.confirm(plan);
    goOn();
    await delivering;
    await room.deliver();
    const states = (await room.rounds()).map((line) => line.split(': ')[1]).sort();
    expect(states).toEqual(['accepted', 'accepted', 'accepted accepted']);
    expect(room.mails()).toHaveLength(4);
  });

  it('leaves out who has left or is suppressed, and says so; one who leaves later is skipped', async () => {
    const room = await openRoom();
    const ids = new Map<string, string>();
    for (const name of ['amina', 'bolat', 'clara', 'dinara']) {
      ids.set(name, await room.reader(name, { programs: ['spp'] }));
    }
    const id = await room.article('one');
    await room.deliver();
    const leave = (name: string, scope: 'programs' | 'all') =>
      room.subscribers.leave(
        unsubscribeToken(room.keys, { destination: ids.get(name) ?? '', programs: ['spp'] }),
        scope,
      );
    await leave('amina', 'programs');
    await leave('bolat', 'all');
    const plan = await room.plan(id, { only: 'all', channel: 'email' });
    expect(on(plan, 'email')).toEqual({
      chosen: 2,
      haveIt: 2,
      left: [
        '1 would be skipped (the address is suppressed)',
        '1 would be skipped (the reader left the program before it was sent)',
      ],
    });
    await room.confirm(plan);
    await leave('clara', 'programs');
    await room.deliver();
    expect(await room.rounds()).toEqual([
      'amina: accepted',
      'bolat: accepted',
      'clara: accepted skipped',
      'dinara: accepted accepted',
    ]);
  });

  it('never selects the audience again: who came later is not on the list', async () => {
    const room = await mixed();
    await room.reader('late');
    const plan = await room.plan(room.id, { only: 'all', channel: 'email' });
    expect(plan.count).toBe(3);
    await expect(room.plan(room.id, { to: 'late@readers.example' })).rejects.toThrow(
      'late@readers.example is not on the frozen list, and a resend never goes beyond it. To show the edition to an e-mail address outside of it, use "broadsheet test-send".',
    );
    await expect(room.plan(room.id, { to: 'nobody@readers.example' })).rejects.toThrow('test-send');
    await expect(room.plan(room.id, { to: 'no address@' })).rejects.toThrow(
      'not an e-mail address',
    );
  });

  it('reaches one destination with --to, by address, Discord name or id', async () => {
    const room = await mixed();
    const to = (name: string, only: 'all' | 'missing' = 'all') =>
      room.plan(room.id, { to: name, only });
    expect((await to('BOLAT@readers.example', 'missing')).count).toBe(1);
    expect((await to('amina@readers.example', 'missing')).count).toBe(0);
    for (const name of ['#security', 'security', channelsOfDiscord.security]) {
      const plan = await to(name);
      expect(on(plan, 'discord')).toMatchObject({ chosen: 1, haveIt: 1 });
      expect(plan.count).toBe(1);
    }
    await room.confirm(await to('#security'));
    await room.deliver();
    expect(room.discord.messages(channelsOfDiscord.security)).toHaveLength(2);
    expect(room.discord.messages(channelsOfDiscord.all)).toHaveLength(1);
  });

  it('keeps with --program to those who were sent it for that program', async () => {
    const room = await openRoom();
    await room.reader('amina', { programs: ['spp'] });
    await room.reader('bolat', { programs: ['eep'] });
    await room.reader('clara', { programs: ['spp', 'eep'] });
    const id = await room.article('one', { programs: ['spp', 'eep'] });
    await room.deliver();
    await room.resend(id, { only: 'all', program: 'eep' });
    await room.deliver();
    expect(await room.rounds()).toEqual([
      'amina: accepted',
      'bolat: accepted accepted',
      'clara: accepted accepted',
    ]);
    expect(room.discord.messages(channelsOfDiscord.security)).toHaveLength(1);
    expect(room.discord.messages(channelsOfDiscord.all)).toHaveLength(2);
  });

  it('sends nothing to output feeds, which show it already', async () => {
    const room = await mixed();
    const plan = await room.plan(room.id, { only: 'all', channel: 'rss' });
    expect(plan.count).toBe(0);
    expect(plan.editions[0]?.channels).toMatchObject([{ channel: 'rss', shown: 2, left: [] }]);
  });

  it('waits in the ledger while no service runs, and while sending is paused', async () => {
    const room = await mixed();
    await putPause(room.database, { at: room.clock.now, actor: 'alma', reason: 'Wait' });
    const plan = await room.plan(room.id);
    expect(plan.pause).toMatchObject({ actor: 'alma' });
    await room.confirm(plan);
    await room.deliver();
    expect(await room.rounds()).toContain('bolat: rejected pending');
    await room.database.query(`delete from settings where name = 'paused'`);
    await room.deliver();
    expect(await room.rounds()).toContain('bolat: rejected accepted');
  });

  it('is written down with its actor and its reason, and without an address', async () => {
    const room = await mixed();
    await room.resend(room.id, { reason: 'Their server was down', to: 'bolat@readers.example' });
    const [event] = await recentEvents(room.database, { kind: 'edition.resent', limit: 5 });
    expect(event).toMatchObject({
      actor: 'alma',
      subject: `edition:${await room.editionOf(room.id)}`,
      message: 'The edition is sent again (email 1; only missing): Their server was down.',
    });
    expect(JSON.stringify(event)).not.toContain('@');
    const { rows } = await room.database.query('select actor, reason, deliveries from resends');
    expect(rows).toEqual([{ actor: 'alma', reason: 'Their server was down', deliveries: 1 }]);
  });

  it('of what was never sent is refused with what to do', async () => {
    const room = await openRoom();
    await expect(room.plan('ffffffff')).rejects.toThrow('There is no article and no edition');
    const { database } = room;
    await database.query(`update subscriptions set cadence = 'daily'`);
    const id = await room.article('one');
    await expect(room.plan(id)).rejects.toThrow('Nothing of the article was sent yet');
  });
});
