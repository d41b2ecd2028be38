import { expect, it } from 'vitest';
import { runChaos } from '../../chaos/run.js';
import { redisPresent } from '../support/redis.js';
import { sinkPresent } from '../support/sink.js';

const signal = new AbortController().signal;
const small = {
  readers: 300,
  seconds: 8,
  kills: 3,
  uncertain: 'hold',
  keep: false,
  json: false,
} as const;

it.skipIf(!redisPresent || !sinkPresent)(
  'loses nothing and repeats nothing in a small chaos run (apt-get install postfix redis-server)',
  async () => {
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const { verdict, storm } = await runChaos(
      { ...small, seed: 'smoke', engine: 'redis' },
      { say, signal },
    );
    expect(verdict.problems, said.join('\n')).toEqual([]);
    expect(verdict.counts.email.planned).toBeGreaterThanOrEqual(small.readers);
    expect(storm.kills.length).toBeGreaterThanOrEqual(3);
    expect([...storm.acts.keys()]).toEqual(expect.arrayContaining(['flush', 'restart-postgres']));
  },
  240_000,
);
