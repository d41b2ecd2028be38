import { describe, expect, it } from 'vitest';
import { benches } from '../../bench/benches.js';
import type { Figure } from '../../bench/figures.js';
import { parts } from '../../bench/options.js';
import { redisPresent } from '../support/redis.js';
import { sinkPresent } from '../support/sink.js';

const small = { parts, readers: 300, largest: 400, smoke: true, json: false };

describe('a small bench', () => {
  it.skipIf(!redisPresent || !sinkPresent).each(parts)(
    'measures %s (apt-get install postfix redis-server)',
    async (part) => {
      const figures: Figure[] = [];
      const bench = await benches[part]();
      for await (const figure of bench(small, { say: () => {} })) figures.push(figure);
      expect(figures.length).toBeGreaterThan(1);
      for (const { name, value, ratio } of figures) {
        expect(value, name).toBeGreaterThan(0);
        expect(Number.isFinite(ratio?.is ?? 1), name).toBe(true);
      }
    },
    240_000,
  );
});
