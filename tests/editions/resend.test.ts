import { describe, expect, it } from 'vitest';
import {
  freezeCorrection,
  leftOut,
  type ResendMode,
  resendKey,
  resendModes,
  type Stand,
  type Standing,
} from '../../src/editions/resend.js';
import { content, programs } from '../support/ledger.js';

const standing = (over: Partial<Standing> = {}): Standing => ({
  destination: 'd1',
  channel: 'email',
  name: null,
  lastRound: 0,
  stand: 'had',
  hadThis: true,
  resent: false,
  skip: null,
  ...over,
});

describe('whom a resend is for', () => {
  const stands: Stand[] = ['underWay', 'had', 'uncertain', 'rejected', 'skipped', 'unrendered'];
  const chosen = (mode: ResendMode) =>
    stands.filter((stand) => leftOut(standing({ stand }), mode) === undefined);

  it('follows from where each stands; what is under way is never sent again', () => {
    expect(Object.fromEntries(resendModes.map((mode) => [mode, chosen(mode)]))).toEqual({
      missing: ['rejected', 'skipped', 'unrendered'],
      rejected: ['rejected'],
      uncertain: ['uncertain'],
      all: ['had', 'uncertain', 'rejected', 'skipped', 'unrendered'],
    });
  });

  it('is nobody who must not be mailed now, or had it again for the same reason', () => {
    expect(leftOut(standing({ skip: 'The address is suppressed.' }), 'all')).toEqual({
      why: 'The address is suppressed.',
    });
    expect(leftOut(standing({ resent: true }), 'all')).toBe('resent');
  });

  it('is no output feed that shows it, but one that lacks it', () => {
    expect(leftOut(standing({ channel: 'rss' }), 'all')).toBe('shown');
    expect(leftOut(standing({ channel: 'rss', stand: 'rejected' }), 'all')).toBeUndefined();
  });
});

describe("a resend's key", () => {
  const key = (...chosen: Partial<Standing>[]) => resendKey('e1', 'why', chosen.map(standing));

  it('is the same whatever the order', () => {
    const [a, b] = [{ destination: 'd1' }, { destination: 'd2', stand: 'rejected' as const }];
    expect(key(a, b)).toBe(key(b, a));
  });

  it('of who had it is the same in every round, and of who had not is of its round', () => {
    expect(key({ lastRound: 0 })).toBe(key({ lastRound: 3 }));
    const rejected = { stand: 'rejected' as const };
    expect(key({ ...rejected, lastRound: 0 })).not.toBe(key({ ...rejected, lastRound: 1 }));
    expect(key({ ...rejected, lastRound: 0 })).not.toBe(key({ lastRound: 0 }));
  });

  it('tells editions, reasons and lists apart', () => {
    const one = [standing()];
    const keys = [
      resendKey('e1', 'why', one),
      resendKey('e2', 'why', one),
      resendKey('e1', 'why not', one),
      resendKey('e1', 'why', []),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});

it('a correction is an alert of its own that names what it corrects', () => {
  const sent = { language: 'ru', createdAt: '2026-03-02T08:00:00.000Z' };
  const freeze = (revision: number) =>
    freezeCorrection(
      { id: 'a1', revision, content: content() },
      sent,
      programs,
      '2026-03-03T08:00:00.000Z',
    );
  expect(freeze(2)).toMatchObject({
    key: 'alert:a1:ru:revision-2',
    edition: {
      kind: 'alert',
      language: 'ru',
      createdAt: '2026-03-03T08:00:00.000Z',
      corrects: sent.createdAt,
    },
  });
  expect(freeze(2)).toEqual(freeze(2));
  expect(freeze(2).edition.id).not.toBe(freeze(3).edition.id);
});
