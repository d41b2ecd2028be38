import { expect, test } from 'vitest';
import { afterPoll, type FeedAddress } from '../../src/feeds/moves.js';

const url = 'https://newsroom.test/feed.xml';
const stays: FeedAddress = { url, movedTo: null, moving: null };
const hours = (n: number) => new Date(Date.UTC(2026, 2, 2, n));

/** What is known after a poll at each of these hours was led to the address. */
function led(to: string, at: readonly number[], read = true): FeedAddress {
  return at.reduce<FeedAddress>(
    (known, hour) => afterPoll(known, { at: hours(hour), url, permanentUrl: to, read }),
    stays,
  );
}

test('believes permanent redirects after three polls over a day', () => {
  const to = 'https://newsroom.test/rss';
  expect(led(to, [0, 1, 2, 23])).toEqual({
    url,
    movedTo: null,
    moving: { to, times: 4, since: hours(0) },
  });
  expect(led(to, [0, 24])).toMatchObject({ movedTo: null });
  expect(led(to, [0, 1, 24])).toEqual({ url, movedTo: to, moving: null });
});

test('counts from the first poll that read a feed there', () => {
  expect(led('https://newsroom.test/rss', [0, 1, 24], false)).toBe(stays);
});

test('never learns an address that is less safe', () => {
  expect(led('http://newsroom.test/feed.xml', [0, 1, 24, 48])).toBe(stays);
});

test('knows nothing of a move where the config names another address', () => {
  const known = { ...stays, movedTo: 'https://newsroom.test/rss' };
  const poll = {
    at: hours(0),
    url: 'https://newsroom.test/other',
    permanentUrl: undefined,
    read: true,
  };
  expect(afterPoll(known, poll)).toEqual({ url: poll.url, movedTo: null, moving: null });
});
