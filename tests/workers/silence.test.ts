import { expect, it } from 'vitest';
import type { Feed, SilencePolicy } from '../../src/model.js';
import { recentEvents } from '../../src/store/events.js';
import { recordPollOutcome } from '../../src/store/feeds.js';
import { silences } from '../../src/store/silence.js';
import { createSilenceAlarm } from '../../src/workers/silence.js';
import { testLedger } from '../support/database.js';
import { later, poll, programs } from '../support/ledger.js';

const DAY = 86_400;

/** A newsroom whose feeds bring articles on the days that the test says. */
async function newsroom() {
  const database = await testLedger();
  let seconds = 0;
  let policies: { feed?: SilencePolicy; program?: SilencePolicy } = {};
  const feedOf = (id: string) => ({ id, url: `https://newsroom.test/${id}.xml` });
  const look = () => {
    const { feed, program } = policies;
    return createSilenceAlarm({
      database,
      feeds: ['main', 'other'].map(
        (id) => ({ ...feedOf(id), ...(feed && { silence: feed }) }) as Feed,
      ),
      programs: programs.map((one) => ({ ...one, ...(program && { silence: program }) })),
      timezone: 'UTC',
      now: () => later(seconds),
    })();
  };
  return {
    database,
    look,
    set: (policy: typeof policies) => {
      policies = policy;
    },
    at: (day: number) => {
      seconds = day * DAY;
    },
    article: (day: number, of: { feed?: string; program?: string; guid?: string } = {}) =>
      poll(database, [of.guid ?? `${of.feed ?? 'main'}-${day}`], {
        at: later(day * DAY),
        feed: feedOf(of.feed ?? 'main'),
        content: { programs: [of.program ?? 'spp'] },
      }),
    /** A poll without anything new, or one that failed. */
    polled: (day: number, feed = 'main', result: 'succeeded' | 'failed' = 'succeeded') =>
      recordPollOutcome(database, feed, {
        at: later(day * DAY),
        next: { at: later(day * DAY + 900), reason: 'every 15 minutes' },
        outcome: 'Nothing has changed.',
        result,
      }),
    silent: async () => (await silences(database)).map(({ subject }) => subject),
    told: async () =>
      (await recentEvents(database, { limit: 50 }))
        .filter(({ kind }) => /silent|speaks/.test(kind))
        .map(({ level, message }) => `${level}: ${message}`),
  };
}

async function publishing(days: number) {
  const room = await newsroom();
  for (let day = 0; day < days; day += 1) await room.article(day);
  return room;
}

it('tells once of a feed that answers and stands still, and of its end', async () => {
  const room = await publishing(12);
  room.at(13);
  await room.polled(13);
  await room.look();
  expect(await room.silent()).toEqual([]);
  room.at(16);
  await room.polled(16);
  await Promise.all([room.look(), room.look()]);
  await room.look();
  expect(await room.silent()).toEqual(['feed:main']);
  expect(await room.told()).toEqual([
    'attention: The feed main answers, and brings nothing new for 5 days. Usually there are about 7 articles a week. Look whether that is meant; where it is, set silence in the config.',
  ]);
  room.at(18);
  await room.article(18);
  await room.look();
  expect(await room.silent()).toEqual([]);
  expect((await room.told())[0]).toBe('info: The feed main brings articles again, after 7 days.');
});

it('calls a feed silent neither while it fails nor while nobody polls it, and then goes on', async () => {
  const room = await publishing(12);
  room.at(40);
  await room.look();
  await room.polled(40, 'main', 'failed');
  await room.look();
  expect(await room.silent()).toEqual([]);
  await room.polled(40);
  await room.look();
  expect(await room.silent()).toEqual(['feed:main']);
  await room.polled(41, 'main', 'failed');
  await room.look();
  expect(await room.silent()).toEqual(['feed:main']);
});

it('tells of a program in which nobody publishes, but not where its feeds are silent themselves', async () => {
  const room = await newsroom();
  for (let day = 0; day < 20; day += 1) {
    await room.article(day);
    if (day < 12) await room.article(day, { feed: 'other', program: 'eep' });
  }
  room.at(19);
  await room.polled(19, 'other');
  await room.look();
  // The program eep has only the feed that is silent.
  expect(await room.silent()).toEqual(['feed:other']);
  await room.article(19, { feed: 'other', guid: 'x' });
  await room.look();
  expect(await room.silent()).toEqual(['program:eep']);
  expect(await room.told()).toContainEqual(
    expect.stringContaining(
      'attention: Nobody publishes in the program Economics Program for 8 days.',
    ),
  );
});

it('counts for a feed what another brought first', async () => {
  const room = await newsroom();
  const both = async (day: number) => {
    const { fresh } = await room.article(day);
    const values = [`guid:other:${day}`, fresh[0]];
    await room.database.query(
      'insert into article_aliases (alias, article_id) values ($1, $2)',
      values,
    );
  };
  for (let day = 0; day < 12; day += 1) await room.article(day, { feed: 'other' });
  await room.polled(18, 'other');
  room.at(18);
  for (let day = 14; day < 17; day += 1) await both(day);
  await room.look();
  expect(await room.silent()).toEqual([]);
  // Without its name among theirs, the articles would be the other feed's alone.
  const names = [14, 15, 16].map((day) => `guid:other:${day}`);
  await room.database.query('delete from article_aliases where alias = any($1)', [names]);
  await room.look();
  expect(await room.silent()).toEqual(['feed:other']);
});

it('obeys the config: a set time, never, and feeds that it no longer has', async () => {
  const room = await publishing(2);
  room.at(8);
  await room.polled(8);
  room.set({ feed: 6 * DAY, program: 'never' });
  await room.look();
  expect(await room.silent()).toEqual(['feed:main']);
  room.set({ feed: 'never', program: 5 * DAY });
  await room.look();
  expect(await room.silent()).toEqual(['program:spp']);
  await room.database.query(`update silences set subject = 'feed:former'`);
  room.set({ feed: 'never', program: 'never' });
  await room.look();
  expect(await room.silent()).toEqual([]);
  expect((await room.told()).filter((line) => line.startsWith('info'))).toEqual([]);
});

it('counts what came with a first poll by its own dates, whatever they say', async () => {
  const room = await newsroom();
  const dates = ['+012345-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z', undefined];
  for (const [n, publishedAt] of dates.entries()) {
    await poll(room.database, [`odd${n}`], {
      verdict: 'seed',
      content: { publishedAt } as object,
    });
  }
  for (let day = -10; day < 0; day += 1) {
    await poll(room.database, [`old${day}`], {
      verdict: 'seed',
      content: { publishedAt: later(day * DAY).toISOString() },
    });
  }
  room.at(5);
  await room.polled(5);
  await room.look();
  expect(await room.silent()).toEqual(['feed:main']);
});
