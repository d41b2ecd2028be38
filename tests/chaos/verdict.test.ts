import { describe, expect, it } from 'vitest';
import type { Facts } from '../../chaos/facts.js';
import type { DeliveryFact } from '../../chaos/ledger.js';
import { domain, judge, messageIdOf } from '../../chaos/verdict.js';

const reader = 'a@readers.example';
const other = 'b@readers.example';

const mail = (address: string, state = 'accepted'): DeliveryFact => ({
  id: `edition/${address}/0`,
  channel: 'email',
  state,
  address,
  title: 'Article 1',
});
const dump = (address: string, over: Partial<Facts['dumps'][number]> = {}) => ({
  messageId: messageIdOf(mail(address).id, domain),
  recipient: address,
  hash: 'same',
  dropped: false,
  ...over,
});

/** A run in which all is well, but for what is given. */
const facts = (over: Partial<Facts> = {}): Facts => ({
  uncertain: 'hold',
  readers: [reader, other],
  published: [{ title: 'Article 1', program: 'readers' }],
  deliveries: [mail(reader), mail(other)],
  dumps: [dump(reader), dump(other)],
  inFlight: [],
  left: [],
  discordChannels: [{ name: '1', programs: ['readers'] }],
  posts: [{ channel: '1', title: 'Article 1' }],
  outputFeeds: [
    { name: 'all', path: '/feeds/all.rss', programs: ['readers'], titles: ['Article 1'] },
  ],
  complaints: [],
  ...over,
});

const problems = (over: Partial<Facts>) => judge(facts(over)).problems.map(({ what }) => what);

describe('the verdict of a chaos run', () => {
  it('is content where everything came once', () => {
    expect(judge(facts())).toMatchObject({
      problems: [],
      counts: { email: { planned: 2, accepted: 2, lost: 0, twice: 0 } },
    });
  });

  it('sees mail that no dump has, that nobody planned, and that has no receipt', () => {
    const lost = judge(facts({ dumps: [dump(reader)] }));
    expect(lost.counts.email.lost).toBe(1);
    expect(lost.problems[0]).toMatchObject({ which: [expect.stringContaining(other)] });
    expect(problems({ deliveries: [mail(reader)], dumps: [dump(reader)] })).toEqual([
      'A reader is on no list of an article',
    ]);
    expect(problems({ deliveries: [mail(reader), mail(other, 'claimed')] })).toEqual([
      'Has no receipt, or one that nothing gave a reason for',
    ]);
  });

  it('sees mail that came twice, and allows it only where it may have been lost and is sent once more', () => {
    const dumps = [dump(reader), dump(other, { dropped: true }), dump(other)];
    expect(judge(facts({ dumps })).counts.email.twice).toBe(1);
    expect(problems({ dumps, uncertain: 'retry-once' })).toEqual([]);
    expect(problems({ dumps: [...dumps, dump(other)], uncertain: 'retry-once' })).toEqual([
      'Came more often than it may',
    ]);
    expect(problems({ dumps: [dump(reader), ...dumps], uncertain: 'retry-once' })).toEqual([
      'Came more often than it may',
    ]);
    const changed = [...dumps.slice(0, 2), dump(other, { hash: 'different' })];
    expect(problems({ dumps: changed, uncertain: 'retry-once' })).toEqual([
      'Came twice with different octets',
    ]);
  });

  it('wants a kill or a drop behind everything uncertain', () => {
    const deliveries = [mail(reader), mail(other, 'uncertain')];
    expect(problems({ deliveries })).toEqual([
      'Uncertain, and neither in flight at a kill nor dropped after the dot',
    ]);
    expect(problems({ deliveries, inFlight: [{ id: mail(other).id, channel: 'email' }] })).toEqual(
      [],
    );
    expect(problems({ deliveries, dumps: [dump(reader), dump(other, { dropped: true })] })).toEqual(
      [],
    );
    expect(judge(facts({ deliveries })).uncertainArrived).toBe(1);
  });

  it('sees mail to somebody who had left, but for what was handed over before', () => {
    const left = (...titles: string[]) => [{ address: other, mayHave: new Set(titles) }];
    expect(problems({ left: left() })).toEqual(['Mailed after the unsubscribing was answered']);
    expect(problems({ left: left('Article 1') })).toEqual([]);
    const skipped = { deliveries: [mail(reader), mail(other, 'skipped')], dumps: [dump(reader)] };
    expect(problems({ ...skipped, left: left() })).toEqual([]);
    expect(problems(skipped)).toEqual(['Skipped, and the reader had not left']);
  });

  it('sees mail to the wrong address', () => {
    expect(problems({ dumps: [dump(reader), dump(other, { recipient: reader })] })).toEqual([
      'Came, and is no delivery or went to somebody else',
    ]);
  });

  it('sees posts and items that are missing, doubled or out of place', () => {
    expect(problems({ posts: [] })).toEqual(['Is not there']);
    const post = { channel: '1', title: 'Article 1' };
    expect(judge(facts({ posts: [post, post] })).counts.discord.twice).toBe(1);
    const [feed] = facts().outputFeeds;
    if (!feed) throw new Error('There is no output feed.');
    expect(problems({ outputFeeds: [{ ...feed, titles: [] }] })).toEqual(['Is not there']);
    expect(problems({ outputFeeds: [{ ...feed, programs: ['wire'] }] })).toEqual([
      'Is where it does not belong',
    ]);
  });
});
