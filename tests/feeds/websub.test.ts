import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  askAgainAt,
  hubRequest,
  lookAt,
  offerOf,
  readQuestion,
  renewalAt,
  signatureCheck,
} from '../../src/feeds/websub.js';

const now = new Date('2026-03-02T08:00:00Z');
const seconds = (moment: Date | undefined) => moment && (moment.getTime() - now.getTime()) / 1000;
const later = (after: number) => new Date(now.getTime() + after * 1000);

describe('the offer of a feed', () => {
  const url = 'https://news.example/feed';
  const named = { hubs: ['https://body.example/hub'], self: 'https://news.example/body' };
  const silent = { hubs: [] };

  test('is read of its Link headers, relative addresses too', () => {
    const header = '<https://hub.example/>; rel="hub", </canonical>; rel="self"';
    expect(offerOf(url, header, silent)).toEqual({
      topic: 'https://news.example/canonical',
      hubs: ['https://hub.example/'],
    });
  });

  test('is read of its Link headers before its document', () => {
    const header =
      '<https://a.example/>; rel=hub, <https://b.example/>; rel="HUB next", <https://news.example/head>; rel=self';
    expect(offerOf(url, header, named)).toEqual({
      topic: 'https://news.example/head',
      hubs: ['https://a.example/', 'https://b.example/'],
    });
  });

  test('is read of its document where the headers are silent, or about something else', () => {
    const offer = { topic: named.self, hubs: named.hubs };
    expect(offerOf(url, undefined, named)).toEqual(offer);
    expect(offerOf(url, '<https://news.example/json>; rel="alternate"', named)).toEqual(offer);
    expect(offerOf(url, 'not a link', named)).toEqual(offer);
    expect(offerOf(url, '<https://x.example/>; rel=hub; anchor="/other"', named)).toEqual(offer);
  });

  test('is none without a hub that can be reached over http, and none without an own address', () => {
    expect(offerOf(url, undefined, silent)).toBeUndefined();
    expect(offerOf(url, '<ftp://hub.example/>; rel=hub', silent)).toBeUndefined();
    expect(offerOf(url, '<https://hub.example/>; rel=hub', silent)).toBeUndefined();
  });

  test('has three hubs at most, as each of them is asked', () => {
    const hubs = Array.from({ length: 50 }, (_, n) => `https://hub${n}.example/`);
    expect(offerOf(url, undefined, { ...named, hubs })?.hubs).toHaveLength(3);
  });
});

test('a request has the parameters of the recommendation, and a secret of less than 200 bytes', () => {
  const request = {
    topic: 'https://news.example/feed?a=1&b=2',
    callback: 'https://us.example/websub/x',
    secret: 'key',
  };
  expect(Object.fromEntries(hubRequest({ mode: 'subscribe', ...request }))).toEqual({
    'hub.mode': 'subscribe',
    'hub.topic': request.topic,
    'hub.callback': request.callback,
    'hub.lease_seconds': '864000',
    'hub.secret': 'key',
  });
  expect(Object.fromEntries(hubRequest({ mode: 'unsubscribe', ...request }))).toEqual({
    'hub.mode': 'unsubscribe',
    'hub.topic': request.topic,
    'hub.callback': request.callback,
  });
});

describe('the question of a hub', () => {
  const topic = 'https://news.example/feed';
  const asked = {
    'hub.mode': 'subscribe',
    'hub.topic': topic,
    'hub.challenge': 'abc',
    'hub.lease_seconds': '3600',
  };

  test('is whether a subscription, or its end, was meant, or that there will be none', () => {
    expect(readQuestion(asked)).toEqual({
      mode: 'subscribe',
      topic,
      challenge: 'abc',
      lease: 3600,
    });
    expect(readQuestion({ ...asked, 'hub.mode': 'unsubscribe' })).toEqual({
      mode: 'unsubscribe',
      topic,
      challenge: 'abc',
    });
    const denied = { 'hub.mode': 'denied', 'hub.topic': topic, 'hub.reason': 'Not\n\u0000 here' };
    expect(readQuestion(denied)).toEqual({ mode: 'denied', topic, reason: 'Not here' });
  });

  test('is never answered with a lease of years', () => {
    const read = readQuestion({ ...asked, 'hub.lease_seconds': '9999999999' });
    expect(read?.mode === 'subscribe' && read.lease).toBe(30 * 86_400);
  });

  test.each([
    ['without a mode', { 'hub.mode': '' }],
    ['of another mode', { 'hub.mode': 'publish' }],
    ['without a topic', { 'hub.topic': '' }],
    ['without a challenge', { 'hub.challenge': '' }],
    ['with a challenge that is long', { 'hub.challenge': 'a'.repeat(1001) }],
    ['with a challenge that is binary', { 'hub.challenge': 'a\u0000' }],
    ['without a lease', { 'hub.lease_seconds': '' }],
    ['with a lease that is over already', { 'hub.lease_seconds': '0' }],
    ['with a lease that never ends', { 'hub.lease_seconds': '-1' }],
  ])('is not understood %s', (_name, wrong) => {
    expect(readQuestion({ ...asked, ...wrong })).toBeUndefined();
  });
});

describe('a signature', () => {
  const body = Buffer.from('<feed>жаңалық</feed>');
  const sign = (algorithm: string, secret = 'key') =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;

  function holds(header: string | undefined, secrets = ['key']): boolean {
    const check = signatureCheck(header, secrets);
    check?.update(body.subarray(0, 7));
    check?.update(body.subarray(7));
    return check?.holds() ?? false;
  }

  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('by %s is checked', (algorithm) => {
    expect(holds(sign(algorithm))).toBe(true);
    expect(holds(sign(algorithm).toUpperCase())).toBe(true);
    expect(holds(sign(algorithm, 'other'))).toBe(false);
  });

  test('is good under an older secret too, while that still counts', () => {
    expect(holds(sign('sha256', 'older'), ['newer', 'older'])).toBe(true);
  });

  test.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['names an algorithm that is none of the recommendation', sign('sha224')],
    ['is cut short', sign('sha256').slice(0, -2)],
    ['is of another algorithm than it says', sign('sha1').replace('sha1', 'sha256')],
    ['is no number', 'sha256=zz'],
  ])('that %s is none', (_name, header) => {
    expect(holds(header)).toBe(false);
  });
});

test('a lease is renewed well before its end, but not without a pause', () => {
  expect(seconds(renewalAt(now, 1000, 0))).toBe(700);
  expect(seconds(renewalAt(now, 1000, 1))).toBeCloseTo(900);
  expect(seconds(renewalAt(now, 1, 0.5))).toBe(60);
});

test('a hub that confirms nothing is asked less and less, down to once a day', () => {
  expect([1, 2, 3, 9, 500].map((times) => seconds(askAgainAt(now, times, 0)))).toEqual([
    300, 600, 1200, 76_800, 86_400,
  ]);
  expect(seconds(askAgainAt(now, 1, 1))).toBe(360);
  expect(seconds(askAgainAt(now, 1, 0, 3600))).toBe(3600);
});

describe('a push', () => {
  const look = (polled: Date | null, every = 900) => lookAt(now, polled, { every });

  test('asks for a poll at once, but not right after another', () => {
    expect(look(null)).toEqual(now);
    expect(look(later(-3600))).toEqual(now);
    expect(seconds(look(later(-2)))).toBe(8);
    expect(seconds(look(later(-0.5), 5))).toBe(0.5);
  });

  test('asks again where the poll brought nothing new, less and less, and then no more', () => {
    const looks: number[] = [];
    for (let polled: Date | undefined = later(0.5); polled; polled = look(polled)) {
      looks.push(seconds(polled) ?? 0);
    }
    expect(looks).toEqual([0.5, 20.5, 82, 328]);
  });
});
