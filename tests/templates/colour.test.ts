import { describe, expect, it } from 'vitest';
import { contrast, readableOn } from '../../src/templates/colour.js';

describe('contrast', () => {
  it('is what WCAG says it is', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#ffffff', '#767676')).toBeCloseTo(4.54, 2);
    expect(contrast('#ff0000', '#ffffff')).toBeCloseTo(4.0, 1);
  });
});

describe('readableOn', () => {
  const colours = ['#ffd54a', '#ffffff', '#000000', '#b3261e', '#00ffff', '#808080', '#00008b'];

  it('makes every colour readable on light and on dark', () => {
    for (const background of ['#ffffff', '#f1efeb', '#1c1d1f', '#111213']) {
      for (const colour of colours) {
        expect(contrast(readableOn(colour, background), background)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('leaves a colour as it is where it can be read', () => {
    expect(readableOn('#b3261e', '#ffffff')).toBe('#b3261e');
  });

  it('lets nothing but a colour into a style', () => {
    expect(readableOn('red;background:url(x)', '#ffffff')).toMatch(/^#[0-9a-f]{6}$/);
  });
});
