import { describe, expect, it } from 'vitest';
import { findHoldable, hold, planHold } from '../../src/staff/hold.js';
import { isHeld, planRelease, release } from '../../src/staff/release.js';
import { currentArticles } from '../../src/store/article-feeds.js';
import { articleRow } from '../../src/store/articles.js';
import { freezeAlerts } from '../../src/store/editions.js';
import { recentEvents } from '../../src/store/events.js';
import { poll } from '../support/ledger.js';
import { openRoom, type Room } from './room.js';

const act = (room: Room, reason = 'The figure is wrong', actor = 'dana') => ({
  actor,
  reason,
  at: room.clock.now,
});

const find = (room: Room, name: string) => findHoldable(room.database, room.config.feeds, name);

async function letGo(room: Room, name: string, reason = 'Corrected') {
  const plan = await planRelease(room.database, await find(room, name));
  const released = await release(room.database, plan, act(room, reason));
  await room.assemble();
  return { plan, released };
}

/** Sets the room's clock forward. */
function pass(room: Room, hours: number) {
  room.clock.now = new Date(room.clock.now.getTime() + hours * 3_600_000);
}

/** An article to six readers, held while the third mail is on the wire. */
async function heldInTheMiddle() {
  const room = await openRoom();
  for (let n = 1; n <= 6; n++) await room.reader(`reader${n}`);
  const id = await room.article('one');
  let held: ReturnType<typeof hold> | undefined;
  let mails = 0;
  room.faults.beforeAnswer = async () => {
    if (++mails !== 3) return;
    held = hold(room.database, await find(room, id), act(room));
    await held;
  };
  await room.deliver();
  delete room.faults.beforeAnswer;
  if (!held) throw new Error('The third mail never came.');
  return { room, id, report: await held };
}

describe('an article held in the middle of its alert', () => {
  it('reaches nobody more, and says who had it', async () => {
    const { room, report } = await heldInTheMiddle();
    // The third was on the wire when it was held, and is finished.
    expect(room.mails()).toHaveLength(3);
    const { accepted, perhaps } = report.had;
    expect((accepted.email ?? 0) + (perhaps.email ?? 0)).toBe(3);
    expect(perhaps.email).toBeGreaterThan(0);
    expect(report.editions).toHaveLength(1);
    await room.deliver();
    expect(room.mails()).toHaveLength(3);
  });

  it('goes on where it stopped when it is released, to each reader once', async () => {
    const { room, id } = await heldInTheMiddle();
    const { plan, released } = await letGo(room, id);
    expect(plan.editions[0]?.progress.email).toMatchObject({ accepted: 3, waiting: 3 });
    // Its alert was frozen before, so nobody is counted for another.
    expect(plan.audience).toEqual({});
    expect(released).toMatchObject({ articles: [id], editions: [await room.editionOf(id)] });
    await room.deliver();
    await room.deliver();
    expect(room.mails()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `reader${n}: Article one`));
  });

  it('is named with the Discord channels that had it', async () => {
    const room = await openRoom();
    const id = await room.article('one');
    await room.deliver();
    const { had } = await planHold(room.database, await find(room, id));
    expect(had.accepted).toMatchObject({ discord: 2 });
    expect(had.discordChannels).toEqual(['all', 'security']);
  });

  it('is in no output feed until it is released', async () => {
    const { room, id } = await heldInTheMiddle();
    const shown = async () =>
      (await currentArticles(room.database, { program: undefined, limit: 10 })).articles;
    expect(await shown()).toEqual([]);
    await letGo(room, id);
    expect((await shown()).map((article) => article.id)).toEqual([id]);
  });
});

describe('holding an article', () => {
  it('before its release keeps it from readers; after it they get it as usual', async () => {
    const room = await openRoom();
    await room.reader('amina');
    const { fresh } = await poll(room.database, ['one'], { at: room.clock.now });
    const id = fresh[0] ?? '';
    await hold(room.database, await find(room, id.slice(0, 8)), act(room));
    await room.assemble();
    await room.deliver();
    expect(room.mails()).toEqual([]);
    expect(await articleRow(room.database, id)).toMatchObject({
      state: 'held',
      holdReason: 'The figure is wrong.',
      releasedAt: null,
    });
    const { plan } = await letGo(room, id);
    expect(plan.audience).toMatchObject({ email: 1 });
    await room.deliver();
    expect(room.mails()).toEqual(['amina: Article one']);
  });

  it('while its alert is being frozen freezes nothing', async () => {
    const room = await openRoom();
    await room.reader('amina');
    const { fresh } = await poll(room.database, ['one'], { at: room.clock.now });
    const id = fresh[0] ?? '';
    await hold(room.database, await find(room, id), act(room));
    // As the worker would that had looked just before the hold.
    await freezeAlerts(room.database, id, [], room.clock.now);
    const { rows } = await room.database.query('select alerted_at from articles');
    expect(rows).toEqual([{ alerted_at: null }]);
  });

  it('leaves it out of a digest, and a later one brings it when it is released', async () => {
    const room = await openRoom();
    // The room's clock stands at 8.
    const schedule = { timezone: 'UTC', hour: 9, weekday: 1 };
    await room.reader('amina', { cadence: 'daily', schedule });
    const kept = await room.article('one');
    const held = await room.article('two');
    await hold(room.database, await find(room, held), act(room));
    pass(room, 1);
    await room.assemble();
    await room.deliver();
    const digests = async () => {
      const { rows } = await room.database.query(
        `select array_agg(a.article_id::text) as articles from editions e
         join edition_articles a on a.edition_id = e.id where e.kind = 'digest' and exists (
           select from deliveries d where d.edition_id = e.id and d.channel = 'email')
         group by e.id, e.created_at order by e.created_at`,
      );
      return rows.map(({ articles }) => articles);
    };
    expect(await digests()).toEqual([[kept]]);
    const { plan } = await letGo(room, held);
    expect(plan.digests).toMatchObject({ email: 1 });
    pass(room, 24);
    await room.assemble();
    await room.deliver();
    expect(await digests()).toEqual([[kept], [held]]);
    expect(room.mails()).toHaveLength(2);
  });

  it('names the digests under way that contain it, which go on', async () => {
    const room = await openRoom();
    await room.reader('amina', {
      cadence: 'daily',
      schedule: { timezone: 'UTC', hour: 9, weekday: 1 },
    });
    const id = await room.article('one');
    pass(room, 1);
    await room.assemble();
    const report = await hold(room.database, await find(room, id), act(room));
    expect(report.digests).toMatchObject([{ kind: 'digest', progress: { email: { waiting: 1 } } }]);
    const digest = report.digests[0]?.id ?? '';
    await hold(room.database, await find(room, digest), act(room));
    await room.deliver();
    expect(room.mails()).toEqual([]);
    await letGo(room, digest);
    await room.deliver();
    expect(room.mails()).toHaveLength(1);
  });

  it('twice keeps the first reason, and writes it down once', async () => {
    const room = await openRoom();
    const id = await room.article('one');
    await hold(room.database, await find(room, id), act(room));
    const again = await hold(room.database, await find(room, id), act(room, 'Other', 'marat'));
    expect(again.already).toBe('The figure is wrong.');
    expect(await recentEvents(room.database, { byStaff: true, limit: 10 })).toMatchObject([
      {
        actor: 'dana',
        kind: 'article.held',
        subject: `article:${id}`,
        message: '“Article one” was held, with 1 alert under way: The figure is wrong.',
      },
    ]);
  });

  it('refuses one from a first poll: it is never sent, and a release would send it', async () => {
    const room = await openRoom();
    const { fresh } = await poll(room.database, ['old'], { verdict: 'seed' });
    const subject = await find(room, fresh[0] ?? '');
    await expect(planHold(room.database, subject)).rejects.toThrow('is never sent');
    await expect(hold(room.database, subject, act(room))).rejects.toThrow('is never sent');
    expect(isHeld(await planRelease(room.database, subject))).toBe(false);
  });
});

describe('holding an edition', () => {
  it('stops it alone, and it goes on when it is released', async () => {
    const room = await openRoom();
    await room.reader('amina');
    const [one, two] = [await room.article('one'), await room.article('two')];
    await hold(room.database, await find(room, await room.editionOf(one)), act(room));
    await room.deliver();
    expect(room.mails()).toEqual(['amina: Article two']);
    const plan = await planHold(room.database, await find(room, two));
    expect(plan.already).toBeUndefined();
    await letGo(room, await room.editionOf(one));
    await room.deliver();
    expect(room.mails()).toEqual(['amina: Article one', 'amina: Article two']);
  });

  it('is also undone by releasing its article', async () => {
    const room = await openRoom();
    await room.reader('amina');
    const id = await room.article('one');
    await hold(room.database, await find(room, await room.editionOf(id)), act(room));
    await letGo(room, id);
    await room.deliver();
    expect(room.mails()).toEqual(['amina: Article one']);
  });

  it('cannot be undone alone while its article is held', async () => {
    const room = await openRoom();
    await room.reader('amina');
    const id = await room.article('one');
    await hold(room.database, await find(room, id), act(room));
    const subject = await find(room, await room.editionOf(id));
    await expect(planRelease(room.database, subject)).rejects.toThrow(
      `broadsheet release ${id.slice(0, 8)}`,
    );
  });

  it('refuses one that has gone out', async () => {
    const room = await openRoom();
    const id = await room.article('one');
    await room.deliver();
    const subject = await find(room, await room.editionOf(id));
    await expect(planHold(room.database, subject)).rejects.toThrow('nothing to hold');
  });
});

describe('holding a feed', () => {
  it('holds what waits and what comes, and releasing it lets all of it out once', async () => {
    const room = await openRoom();
    await room.reader('amina');
    await poll(room.database, ['waits'], { at: room.clock.now, releaseAfter: 600 });
    const report = await hold(room.database, await find(room, 'main'), act(room));
    expect(report.articles.map(({ content }) => content.title)).toEqual(['Article waits']);
    await room.article('comes');
    pass(room, 1);
    await room.assemble();
    await room.deliver();
    expect(room.mails()).toEqual([]);

    const { plan } = await letGo(room, 'main');
    expect(plan).toMatchObject({ feedHeld: true, audience: { email: 1 } });
    expect(plan.articles).toHaveLength(2);
    await room.article('later');
    await room.deliver();
    expect(room.mails()).toEqual([
      'amina: Article comes',
      'amina: Article later',
      'amina: Article waits',
    ]);
  });

  it('also stops the alert of an article that was held and has just been released', async () => {
    const room = await openRoom();
    await room.reader('amina');
    const id = await room.article('one');
    await hold(room.database, await find(room, id), act(room));
    const plan = await planRelease(room.database, await find(room, id));
    await release(room.database, plan, act(room));
    const report = await hold(room.database, await find(room, 'main'), act(room));
    expect(report.editions).toHaveLength(1);
    await room.deliver();
    expect(room.mails()).toEqual([]);
    await letGo(room, 'main');
    await room.deliver();
    expect(room.mails()).toEqual(['amina: Article one']);
  });

  it('works before the feed was ever polled', async () => {
    const room = await openRoom();
    await hold(room.database, await find(room, 'main'), act(room));
    const again = await planHold(room.database, await find(room, 'main'));
    expect(again.already).toBe('The figure is wrong.');
  });
});
