import { expect, it } from 'vitest';
import type { Environment } from '../src/config/config.js';
import { createLog, createScrubber, sparing } from '../src/log.js';

const env = {
  secret: 'the root of all keys, thirty-two long',
  discordToken: 'a.discord.token',
  databaseUrl: 'postgres://broadsheet:p%40ss%2Fword@db/broadsheet',
  redisUrl: 'redis://:hunter22@redis:6379',
  smtpUrl: 'smtp://mail:25',
} as Environment;

it.each([
  ['550 <ada@readers.example>: no such user', '550 <<address>>: no such user'],
  ['Key (address)=(ada.b+c@readers.example) exists.', 'Key (address)=(<address>) exists.'],
  ['to:жан@пример.kz, ok', 'to:<address>, ok'],
  ['AUTH hunter22 failed', 'AUTH ******** failed'],
  ['p@ss/word and p%40ss%2Fword', '******** and ********'],
  ['Bot a.discord.token', 'Bot ********'],
  ['postgres://broadsheet:p%40ss%2Fword@db/broadsheet', 'postgres://broadsheet:<address>'],
  ['A feed was polled.', 'A feed was polled.'],
])('takes addresses and secrets out of %j', (text, scrubbed) => {
  expect(createScrubber(env)(text)).toBe(scrubbed);
});

it('writes no address and no secret, wherever in the facts one is', () => {
  const lines: string[] = [];
  const log = createLog(env, 'debug', (line) => void lines.push(line));
  const error = new Error('554 ada@readers.example refused by a.discord.token');
  log.warn(
    { error: error.message, list: ['hunter22'], deep: { to: 'b@c.example' } },
    'To d@e.example.',
  );
  log.debug({ err: error }, 'It failed.');
  log.info({ edition: 'e1', counts: { accepted: 3 } }, 'A batch was delivered.');
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toMatch(/@|hunter22|discord\.token/);
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({
    level: 30,
    edition: 'e1',
    counts: { accepted: 3 },
    msg: 'A batch was delivered.',
  });
});

it('writes the same warning once in ten seconds, and how often it came', () => {
  const lines: string[] = [];
  let time = 0;
  const log = sparing(
    createLog(env, 'info', (line) => void lines.push(line)),
    () => time,
  );
  const away = () => log.warn({ error: 'connect ECONNREFUSED' }, 'The queue failed.');
  for (time = 0; time < 10_000; time += 100) away();
  log.warn({ error: 'connect ECONNREFUSED' }, 'The database went away.');
  expect(lines).toHaveLength(2);
  away();
  away();
  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ msg: 'The queue failed.', repeats: 99 });
});
