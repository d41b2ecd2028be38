import { expect, it } from 'vitest';
import { readOptions } from '../../chaos/options.js';
import { parseDump } from '../../chaos/parts/dump.js';
import { makePlan } from '../../chaos/plan.js';

const options = { seed: 'one', seconds: 90, kills: undefined, engine: 'redis' } as const;

it('plans the same for the same seed, and something else for another', () => {
  expect(makePlan(options).acts).toEqual(makePlan(options).acts);
  expect(makePlan({ ...options, seed: 'two' }).acts).not.toEqual(makePlan(options).acts);
});

it('kills every second or two, and does everything else too', () => {
  const { acts } = makePlan(options);
  expect(acts.filter(({ act }) => act === 'kill').length).toBeGreaterThan(90 / 2);
  expect(new Set(acts.map(({ act }) => act))).toEqual(
    new Set(['kill', 'flush', 'restart-redis', 'restart-postgres', 'publish', 'leave']),
  );
  const few = makePlan({ ...options, kills: 3 }).acts;
  expect(few.filter(({ act }) => act === 'kill')).toHaveLength(3);
});

it('says what is wrong with an option, and takes the rest as it is documented', () => {
  expect(readOptions(['--help'], 'fresh')).toBeUndefined();
  expect(readOptions(['--engine', 'postgres', '--kills', '3'], 'fresh')).toEqual({
    seed: 'fresh',
    readers: 5000,
    seconds: 90,
    kills: 3,
    engine: 'postgres',
    uncertain: 'hold',
    keep: false,
    json: false,
  });
  expect(() => readOptions(['--readers', '0'], '')).toThrow('--readers has to be a whole number');
  expect(() => readOptions(['--engine', 'kafka'], '')).toThrow(
    'redis or postgres, and not "kafka"',
  );
  expect(() => readOptions(['--sed', '1'], '')).toThrow('lists the options');
});

it("reads what smtp-sink wrote, and tells the message from the sink's own lines", () => {
  const message = 'From: a@b\r\nMessage-ID: <id@c>\r\n\r\nReceived: not a field\r\n';
  const dump = (id: string) =>
    parseDump(
      Buffer.from(
        `X-Client-Addr: 127.0.0.1\nX-Rcpt-Args: <reader@d>\nReceived: from x ([127.0.0.1])\n\tby smtp-sink id ${id};\n\tWed, 25 Nov 2026 23:28:41 +0000 (UTC)\n${message}`,
      ),
    );
  expect(dump('1')).toMatchObject({ messageId: '<id@c>', recipient: 'reader@d' });
  expect(dump('1').hash).toBe(dump('2').hash);
});
