import { describe, expect, it } from 'vitest';
import { direction, listing, longDate } from '../../src/templates/locale.js';

describe('what depends on the language', () => {
  it('writes the day in the words and the zone of the newsroom', () => {
    const evening = '2021-12-22T19:30:00.000Z';
    expect(longDate(evening, 'en', 'Asia/Almaty')).toBe('December 23, 2021');
    expect(longDate(evening, 'en', 'America/New_York')).toBe('December 22, 2021');
    expect(longDate(evening, 'ru', 'UTC')).toBe('22 декабря 2021 г.');
  });

  it('knows which way a script runs', () => {
    expect(['ar', 'he-IL', 'fa', 'az-Arab', 'ur'].map(direction)).toEqual(Array(5).fill('rtl'));
    expect(['en', 'ru', 'az', 'kk-Cyrl', 'zh'].map(direction)).toEqual(Array(5).fill('ltr'));
  });

  it('takes whatever a feed calls its language', () => {
    expect(direction('en_US; charset')).toBe('ltr');
    expect(longDate('2021-12-22T19:30:00.000Z', '??', 'UTC')).toBe('December 22, 2021');
    expect(listing(['A', 'B', 'C'], '')).toBe('A, B, and C');
  });
});
