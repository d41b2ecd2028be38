import { expect, it } from 'vitest';
import { readStatus } from '../../src/staff/status.js';
import { recordEvent } from '../../src/store/events.js';
import { putSilence } from '../../src/store/silence.js';
import { testLedger } from '../support/database.js';

it('tells for a day what sending the first poll would have meant, beside what wants attention', async () => {
  const database = await testLedger();
  const day = 86_400_000;
  const tell = (kind: string, level: 'info' | 'attention', message: string, age: number) =>
    recordEvent(database, {
      at: new Date(Date.now() - age),
      actor: 'schedule',
      kind,
      level,
      subject: 'feed:main',
      message,
    });
  await tell('feed.seeded', 'info', 'Long ago.', 2 * day);
  await tell('feed.seeded', 'info', 'It would have meant 300 alerts.', day / 2);
  await tell('feed.read', 'info', 'Read 3 entries.', 0);
  await tell('feed.failing', 'attention', 'The feed cannot be read.', 0);
  const { seeded, attention } = await readStatus(database, [], { editions: 10 });
  expect(seeded.map(({ message }) => message)).toEqual(['It would have meant 300 alerts.']);
  expect(attention.map(({ message }) => message)).toEqual(['The feed cannot be read.']);
});

it('tells what is silent as long as it is, the longest first', async () => {
  const database = await testLedger();
  const at = (day: number) => new Date(`2026-03-0${day}T09:00:00Z`);
  for (const [subject, day] of [
    ['feed:main', 3],
    ['program:spp', 1],
  ] as const) {
    await putSilence(database, {
      subject,
      since: at(day),
      noticedAt: at(9),
      message: `${subject}.`,
    });
  }
  const { silences } = await readStatus(database, [], { editions: 10 });
  expect(silences.map(({ message }) => message)).toEqual(['program:spp.', 'feed:main.']);
});
