import { expect, it } from 'vitest';
import type { Feed } from '../../src/model.js';
import { readFeed, readFeeds } from '../../src/staff/feeds.js';
import { recordEvent } from '../../src/store/events.js';
import { recordPollOutcome } from '../../src/store/feeds.js';
import { putFeedHold } from '../../src/store/holds.js';
import { putSilence } from '../../src/store/silence.js';
import { testLedger } from '../support/database.js';
import { at, later, poll } from '../support/ledger.js';

const DAY = 86_400;
const feedOf = (id: string) => ({ id, url: `https://${id}.test/feed.xml` }) as Feed;
const ids = ['works', 'fails', 'gone', 'silent', 'busy', 'new'];

/** A ledger with a feed in each state, and the clock four weeks after its beginning. */
async function ledger() {
  const database = await testLedger();
  const now = later(28 * DAY);
  const polled = (id: string, result: 'succeeded' | 'failed' | 'gone', outcome: string) =>
    recordPollOutcome(database, id, {
      at: now,
      next: { at: later(28 * DAY + 900), reason: 'every 15 minutes' },
      outcome,
      result,
    });
  for (const id of ids.filter((one) => one !== 'new')) {
    await poll(database, [`${id}-old`], { feed: feedOf(id), verdict: 'seed' });
  }
  for (let day = 0; day < 28; day += 2) {
    await poll(database, [`works-${day}`], { feed: feedOf('works'), at: later(day * DAY) });
  }
  await polled('works', 'succeeded', 'Nothing has changed.');
  for (const reason of ['It timed out.', 'It refuses.']) await polled('fails', 'failed', reason);
  await polled('gone', 'gone', 'It is gone for good (410).');
  await polled('silent', 'succeeded', 'Nothing has changed.');
  const silence = { since: at, noticedAt: now, message: 'The feed silent is silent.' };
  await putSilence(database, { subject: 'feed:silent', ...silence });
  await database.query('insert into host_pauses (host, until) values ($1, $2)', [
    'busy.test',
    later(29 * DAY),
  ]);
  const options = { feeds: ids.map(feedOf), timezone: 'UTC', now };
  return { database, now, options };
}

it('says of each feed how it is, in the order of the config', async () => {
  const { database, now, options } = await ledger();
  const found = await readFeeds(database, options);
  expect(found.map(({ id, state }) => `${id}: ${state}`)).toEqual([
    'works: works',
    'fails: fails',
    'gone: gone',
    'silent: silent',
    'busy: put off',
    'new: never polled',
  ]);
  const [works, fails, , silent, busy, fresh] = found;
  expect(works).toMatchObject({
    failures: 0,
    pace: { perWeek: expect.closeTo(3.6, 1), usualGap: 2 },
    lastNewAt: later(26 * DAY),
    lastSuccessAt: now,
    nextPollReason: 'every 15 minutes',
    hold: null,
    hubs: [],
  });
  expect(fails).toMatchObject({ failures: 2, lastOutcome: 'It refuses.', lastNewAt: null });
  expect(silent?.silence).toEqual({ since: at, message: 'The feed silent is silent.' });
  expect(busy?.putOffUntil).toEqual(later(29 * DAY));
  expect(fresh).toMatchObject({ pace: null, lastPollAt: null, nextPollAt: null });
});

it('tells what staff hold, where it moved, which parser read it, and its hubs', async () => {
  const { database, now, options } = await ledger();
  await putFeedHold(database, 'works', { at: now, reason: 'The site is being moved.' });
  await database.query(
    `update feeds set moved_to = 'https://new.test/feed', parser = 'saxes', parser_note = 'It is broken.'
     where id = 'works'`,
  );
  await database.query(
    `insert into hub_subscriptions (feed_id, hub, topic, public_url, allow_private, ask_at, lease_until, outcome, pushes)
     values ('works', 'https://hub.test/', 'https://works.test/feed.xml', 'https://x.test', false, $1, $2, 'The hub has confirmed.', 3)`,
    [now, later(38 * DAY)],
  );
  const [works] = await readFeeds(database, { ...options, feeds: [feedOf('works')] });
  expect(works).toMatchObject({
    state: 'works',
    hold: { reason: 'The site is being moved.' },
    moved: { movedTo: 'https://new.test/feed' },
    parser: 'saxes',
    parserNote: 'It is broken.',
    hubs: [{ hub: 'https://hub.test/', pushes: 3 }],
  });
});

it('shows one feed with its newest articles, and with what happened to it alone', async () => {
  const { database, now, options } = await ledger();
  for (const id of ['works', 'works-too']) {
    await recordEvent(database, {
      at: now,
      actor: 'schedule',
      kind: 'feed.read',
      level: 'info',
      subject: `feed:${id}`,
      message: `${id} was read.`,
    });
  }
  const found = await readFeed(database, feedOf('works'), options);
  expect(found.articles).toHaveLength(8);
  expect(found.articles[0]?.content.title).toBe('Article works-26');
  expect(found.events.map(({ message }) => message)).toEqual(['works was read.']);
});
