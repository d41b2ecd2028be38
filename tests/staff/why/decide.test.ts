import { describe, expect, test } from 'vitest';
import { decide } from '../../../src/staff/why/decide.js';
import type { WhyDelivery, WhyFacts, WhySubscription } from '../../../src/store/why.js';
import { content } from '../../support/ledger.js';

/** 2 March 2026, a Monday, at this hour in UTC. */
const at = (hour: number) => new Date(Date.UTC(2026, 2, 2, hour));

const subscription = (over: Partial<WhySubscription> = {}): WhySubscription => ({
  program: 'spp',
  cadence: 'instant',
  since: at(0),
  coveredUntil: 0,
  dueAt: null,
  ...over,
});
const daily = subscription({ cadence: 'daily', dueAt: at(17) });

function delivery(over: Partial<WhyDelivery> = {}): WhyDelivery {
  return {
    editionId: 'alert',
    kind: 'alert',
    on: null,
    editionState: 'ready',
    frozenAt: at(9),
    readyAt: at(9),
    heldAt: null,
    holdReason: null,
    corrects: null,
    revision: 1,
    failure: null,
    round: 0,
    programs: ['spp'],
    state: 'pending',
    notBefore: null,
    detail: null,
    lost: false,
    plannedAt: at(9),
    settledAt: null,
    resend: null,
    bounces: [],
    tries: [],
    ...over,
  };
}
const settled = (state: WhyDelivery['state'], over: Partial<WhyDelivery> = {}) =>
  delivery({ state, settledAt: at(10), detail: 'As they said.', ...over });

const resent = (over: Partial<WhyDelivery> = {}) =>
  delivery({
    round: 1,
    plannedAt: at(11),
    resend: { at: at(11), actor: 'alma', reason: 'Lost' },
    ...over,
  });

interface Case extends Partial<Omit<WhyFacts, 'article' | 'destination'>> {
  readonly article?: Partial<WhyFacts['article']>;
  readonly destination?: Partial<NonNullable<WhyFacts['destination']>> | null;
}

/** A reader of spp, whose alert of an article in spp was released and frozen at nine; it is noon. */
function facts({ article, destination, ...over }: Case): WhyFacts {
  return {
    now: at(12),
    channel: 'email',
    article: {
      id: 'article',
      feedId: 'main',
      state: 'released',
      holdReason: null,
      revision: 1,
      content: content(),
      seenAt: at(8),
      releaseAt: at(9),
      releasedAt: at(9),
      releaseOrder: 7,
      alertedAt: at(9),
      revisions: [{ revision: 1, seenAt: at(8), programs: ['spp'] }],
      ...article,
    },
    destination:
      destination === null
        ? undefined
        : {
            id: 'amina',
            channel: 'email',
            address: 'amina@readers.example',
            name: null,
            language: 'en',
            state: 'active',
            pausedUntil: null,
            schedule: { timezone: 'UTC', hour: 17, weekday: 1 },
            ...destination,
          },
    suppression: undefined,
    consents: [{ at: at(0), act: 'given', programs: ['spp'], origin: 'test' }],
    subscriptions: [subscription()],
    windows: [],
    alerts: [],
    deliveries: [],
    events: [],
    feedHold: undefined,
    pause: undefined,
    running: { assemble: true, deliver: true },
    ...over,
  };
}

const suppression = { at: at(1), actor: 'schedule', reason: 'It bounced.' };
const pause = { at: at(11), actor: 'dana', reason: 'The server bounces.' };
const window = (over: object = {}) => ({
  on: '2026-03-02',
  closedAt: at(17),
  coversUntil: 9,
  programs: ['spp'],
  editionId: null,
  reason: 'Nothing new.',
  ...over,
});

/** What is the case, the kind of the answer, and what else is said in the same sentence. */
const table: readonly (readonly [string, Case, string, string?])[] = [
  ['accepted', { deliveries: [settled('accepted')] }, 'accepted'],
  [
    'accepted, then refused at a resend',
    { deliveries: [settled('accepted'), resent({ state: 'rejected' })] },
    'accepted',
    'rejected',
  ],
  [
    'refused, then accepted at a resend',
    { deliveries: [settled('rejected'), resent({ state: 'accepted', settledAt: at(11) })] },
    'accepted',
  ],
  ['uncertain', { deliveries: [settled('uncertain')] }, 'uncertain'],
  [
    'uncertain, and sent again just now',
    { deliveries: [settled('uncertain'), resent()] },
    'uncertain',
    'pending',
  ],
  ['refused, and sent again just now', { deliveries: [settled('rejected'), resent()] }, 'pending'],
  ['rejected', { deliveries: [settled('rejected')] }, 'rejected'],
  [
    'rejected, and a window is open',
    { deliveries: [settled('rejected')], subscriptions: [daily] },
    'rejected',
    'window',
  ],
  ['skipped', { deliveries: [settled('skipped')] }, 'skipped'],
  ['on the wire', { deliveries: [delivery({ state: 'sending' })] }, 'sending'],
  [
    'on the wire of a dead process',
    { deliveries: [delivery({ state: 'sending', lost: true })] },
    'lost',
  ],
  ['claimed', { deliveries: [delivery({ state: 'claimed' })] }, 'claimed'],
  [
    'claimed by a dead process',
    { deliveries: [delivery({ state: 'claimed', lost: true })] },
    'pending',
  ],
  ['pending', { deliveries: [delivery()] }, 'pending'],
  ['deferred', { deliveries: [delivery({ notBefore: at(13) })] }, 'deferred'],
  [
    'deferred until a moment that has come',
    { deliveries: [delivery({ notBefore: at(12) })] },
    'pending',
  ],
  [
    'still being assembled',
    { deliveries: [delivery({ editionState: 'assembling' })] },
    'assembling',
  ],
  ['not rendered', { deliveries: [delivery({ failure: 'It broke.' })] }, 'unrendered'],
  ['held by staff', { deliveries: [delivery({ heldAt: at(10) })] }, 'held'],
  ['paused', { deliveries: [delivery()], pause }, 'paused'],
  // What stands longer goes before what stands shorter.
  ['held while all is paused', { deliveries: [delivery({ heldAt: at(10) })], pause }, 'held'],
  [
    'not rendered, and held',
    { deliveries: [delivery({ failure: 'It broke.', heldAt: at(10) })] },
    'unrendered',
  ],
  [
    'suppressed, and held',
    { deliveries: [delivery({ heldAt: at(10) })], suppression },
    'suppressed',
  ],
  ['suppressed after it arrived', { deliveries: [settled('accepted')], suppression }, 'accepted'],
  [
    'forgotten before it was sent',
    { deliveries: [delivery()], destination: { address: null } },
    'forgotten',
  ],
  ['left before it was sent', { deliveries: [delivery()], subscriptions: [] }, 'left'],

  ['nobody', { destination: null, consents: [], subscriptions: [] }, 'unknown'],
  [
    'nobody, whose address is suppressed',
    { destination: null, suppression, consents: [], subscriptions: [] },
    'suppressed',
  ],
  ['inactive', { destination: { state: 'inactive' } }, 'inactive'],
  ['no consent', { consents: [] }, 'unconfirmed'],
  [
    'no consent, and of another program',
    { consents: [], subscriptions: [subscription({ program: 'eep' })] },
    'program',
  ],
  [
    'a Discord channel gives no consent',
    { channel: 'discord', consents: [], article: { alertedAt: null } },
    'assembling',
  ],
  ['another program', { subscriptions: [subscription({ program: 'eep' })] }, 'program'],
  [
    'left the program',
    {
      subscriptions: [],
      consents: [{ at: at(7), act: 'withdrawn', programs: ['spp'], origin: 'link' }],
    },
    'left',
  ],

  ['seeded', { article: { state: 'seeded' } }, 'seeded'],
  ['seeded, and of another program', { article: { state: 'seeded' }, subscriptions: [] }, 'seeded'],
  ['held', { article: { state: 'held' } }, 'held'],
  ['in its undo window', { article: { state: 'waiting', releaseAt: at(13) } }, 'undo'],
  ['released, and no alert frozen', { article: { alertedAt: null } }, 'assembling'],
  [
    'the list not written so far',
    {
      alerts: [
        { id: 'alert', state: 'assembling', frozenAt: at(9), programs: ['spp'], passed: false },
      ],
    },
    'assembling',
  ],
  [
    'the list written beyond it',
    {
      alerts: [
        { id: 'alert', state: 'assembling', frozenAt: at(9), programs: ['spp'], passed: true },
      ],
    },
    'unclear',
  ],
  ['waits for its window', { subscriptions: [daily] }, 'window'],
  ['covered already', { subscriptions: [{ ...daily, coveredUntil: 7 }] }, 'unclear'],
  ['subscribed after the alert', { subscriptions: [subscription({ since: at(10) })] }, 'late'],
  [
    'subscribed after the release',
    { subscriptions: [{ ...daily, since: at(10), coveredUntil: 7 }] },
    'late',
  ],
  [
    'an empty window',
    {
      now: at(18),
      subscriptions: [{ ...daily, coveredUntil: 9, dueAt: at(41) }],
      windows: [window()],
    },
    'closed',
  ],
  [
    'brought into the program too late',
    {
      article: {
        revisions: [
          { revision: 1, seenAt: at(8), programs: ['eep'] },
          { revision: 2, seenAt: at(11), programs: ['spp'] },
        ],
      },
    },
    'revised',
  ],
  ['on no list, for no reason that is known', {}, 'unclear'],
];

describe('the answer', () => {
  for (const [name, of, kind, besides] of table) {
    test(`for ${name}`, () => {
      const decision = decide(facts(of));
      expect([decision.main.kind, decision.besides?.kind]).toEqual([kind, besides]);
    });
  }
});

describe('an answer carries', () => {
  test('every later time that it was accepted', () => {
    const again = resent({ state: 'accepted', settledAt: at(11) });
    const { main } = decide(facts({ deliveries: [settled('accepted'), again] }));
    expect(main).toMatchObject({ kind: 'accepted', of: { round: 0 }, again: [{ round: 1 }] });
  });

  test('the digest that left out what had come as an alert', () => {
    const of = facts({
      now: at(18),
      subscriptions: [subscription(), { ...daily, coveredUntil: 9 }],
      windows: [window()],
      deliveries: [settled('accepted')],
    });
    expect(decide(of).main).toMatchObject({ leftOut: { on: '2026-03-02' } });
    const brought = { ...of, deliveries: [settled('accepted', { kind: 'digest' })] };
    expect(decide(brought).main).not.toHaveProperty('leftOut');
  });

  test('who holds the edition, and who the article or its feed', () => {
    const held = (kind: string, actor: string) => ({
      at: at(10),
      actor,
      kind,
      level: 'info' as const,
      subject: '',
      message: '',
    });
    const edition = facts({
      deliveries: [delivery({ heldAt: at(10), holdReason: 'Wrong.' })],
      events: [held('edition.held', 'dana')],
    });
    expect(decide(edition).main).toMatchObject({ by: { what: 'edition', actor: 'dana' } });
    const article = facts({
      article: { state: 'held', holdReason: 'Wrong.' },
      events: [held('article.held', 'dana')],
    });
    expect(decide(article).main).toMatchObject({
      by: { what: 'article', actor: 'dana', at: at(10) },
    });
    const feed = facts({
      article: { state: 'held', holdReason: 'It moves.' },
      feedHold: { at: at(7), reason: 'It moves.' },
      events: [held('feed.held', 'eva')],
    });
    expect(decide(feed).main).toMatchObject({ by: { what: 'feed', actor: 'eva', at: at(7) } });
    const guard = facts({ article: { state: 'held', holdReason: 'Too many.' } });
    expect(decide(guard).main).toMatchObject({ by: { what: 'article', at: at(8) } });
  });

  test('when the window closes, and the next one where that was over before the release', () => {
    const open = facts({ subscriptions: [daily] });
    expect(decide(open).main).toMatchObject({ closes: at(17), overdue: false });
    const overdue = { ...open, now: at(18) };
    expect(decide(overdue).main).toMatchObject({ closes: at(17), overdue: true });
    const later = facts({
      now: at(19),
      article: { releasedAt: at(18) },
      subscriptions: [daily],
    });
    expect(decide(later).main).toMatchObject({ closes: at(41), overdue: false });
  });
});
