import { describe, expect, it } from 'vitest';
import { createSlots, merge, turns } from '../../../src/channels/email/lanes.js';

/** A lane that yields these, each after some turns of the event loop, and notes what becomes of it. */
async function* lane(name: string, count: number, wait: number, notes: string[] = []) {
  try {
    for (let n = 0; n < count; n++) {
      await turns(wait);
      yield `${name}${n}`;
      notes.push(`${name}${n}`);
    }
  } finally {
    notes.push(`${name} ended`);
  }
}

describe('lanes in one stream', () => {
  it('yield as it comes, and none waits for another', async () => {
    const seen: string[] = [];
    for await (const one of merge([lane('slow', 1, 50), lane('fast', 3, 1)])) seen.push(one);
    expect(seen).toEqual(['fast0', 'fast1', 'fast2', 'slow0']);
  });

  it('go on when what they yielded was taken', async () => {
    const notes: string[] = [];
    for await (const one of merge([lane('a', 2, 1, notes)])) {
      await turns(20);
      notes.push(`${one} taken`);
    }
    expect(notes).toEqual(['a0 taken', 'a0', 'a1 taken', 'a1', 'a ended']);
  });

  it('come to their ends where one throws, and then it is thrown', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield 'last words';
      throw new Error('This one fails.');
    }
    const seen: string[] = [];
    const reading = (async () => {
      for await (const one of merge([failing(), lane('a', 3, 5)])) seen.push(one);
    })();
    await expect(reading).rejects.toThrow('This one fails.');
    expect(seen).toEqual(['last words', 'a0', 'a1', 'a2']);
  });

  it('are ended where nobody reads on', async () => {
    const notes: string[] = [];
    for await (const _ of merge([lane('a', 3, 1, notes), lane('b', 3, 30, notes)])) break;
    expect(notes.sort()).toEqual(['a ended', 'b ended']);
  });

  it('are none at all', async () => {
    for await (const one of merge([])) expect.unreachable(String(one));
  });
});

describe('slots', () => {
  it('are given to whoever asks first, and tell whether somebody waits', async () => {
    const slots = createSlots(1);
    const order: number[] = [];
    const giveBack = await slots.take();
    expect(slots.wanted).toBe(false);
    const waiting = [1, 2].map(async (n) => {
      const done = await slots.take();
      order.push(n);
      await turns(3);
      done();
    });
    expect(slots.wanted).toBe(true);
    giveBack();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
    expect(slots.wanted).toBe(false);
  });
});
