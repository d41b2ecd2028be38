import { expect, it } from 'vitest';
import { createEmailChannel } from '../../src/channels/email/index.js';
import { pause, planPause, resume } from '../../src/staff/pause.js';
import { recentEvents } from '../../src/store/events.js';
import { joinProcesses } from '../../src/store/processes.js';
import { createDeliver } from '../../src/workers/deliver.js';
import { manyReaders, policy } from '../support/ledger.js';
import { openRoom, type Room } from './room.js';

const readers = 5_000;
const connections = 8;

const act = ({ clock }: Room, reason = 'The list is wrong') => ({
  actor: 'dana',
  reason,
  at: clock.now,
});

async function mailStates({ database }: Room): Promise<Record<string, number>> {
  const { rows } = await database.query(
    `select state, count(*)::int as n from deliveries where channel = 'email' group by state`,
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

it('stops 5,000 mails in the middle, and after it the rest goes, to everybody once', async () => {
  const room = await openRoom();
  const { database, config, mail, faults, clock } = room;
  await manyReaders(database, readers);
  const article = await room.article('one');
  const editionId = await room.editionOf(article);
  const channel = createEmailChannel({
    config: { ...config.email, connections },
    newsroom: config.newsroom,
    smtpUrl: mail.url,
    links: {
      edition: (id) => `https://letters.test/editions/${id}`,
      unsubscribe: ({ id }) => `https://letters.test/unsubscribe/${encodeURIComponent(id)}`,
      preferences: () => 'https://letters.test/preferences/token',
    },
    returnPath: () => 'bounces@centre.example',
  });
  const me = await joinProcesses(database, ['deliver']);
  const deliver = createDeliver({
    database,
    channels: new Map([['email', channel]]),
    owner: me.number,
    policy,
    alertsWithin: 86_400,
    now: () => clock.now,
    signal: new AbortController().signal,
  });

  let asked: Promise<{ report: Awaited<ReturnType<typeof pause>>; taken: number }> | undefined;
  let begun = 0;
  faults.beforeAnswer = async () => {
    if (++begun < 1_500 || asked) return;
    asked = pause(database, act(room)).then((report) => ({ report, taken: mail.received.length }));
    // While staff read who had it, this one is on the wire.
    await asked;
  };
  await deliver({ editionId, channel: 'email' });
  if (!asked) throw new Error('It was never paused.');
  const { report, taken } = await asked;
  delete faults.beforeAnswer;

  // What was being written is finished, one mail a connection; nothing else went out.
  const before = mail.received.length;
  expect(before - taken).toBeLessThanOrEqual(connections);
  expect(before).toBeLessThan(1_500 + 200);
  expect(report).toMatchObject({ already: false, pause: { actor: 'dana' } });
  const told = report.editions.find(({ id }) => id === editionId)?.progress.email;
  if (!told) throw new Error('The pause says nothing of the edition.');
  expect(told.onWire).toBeGreaterThan(0);
  expect(told.accepted + told.onWire + told.waiting).toBe(readers);
  expect(await mailStates(room)).toEqual({ accepted: before, pending: readers - before });
  await deliver({ editionId, channel: 'email' });
  expect(mail.received).toHaveLength(before);

  await resume(database, act(room, 'The list was right'));
  await deliver({ editionId, channel: 'email' });
  expect(await mailStates(room)).toEqual({ accepted: readers });
  expect(mail.received).toHaveLength(readers);
  expect(new Set(mail.received.flatMap(({ to }) => to)).size).toBe(readers);
  await me.close();
  await channel.close();
}, 120_000);

it('stops Discord and the output feeds too, and what is ready only later', async () => {
  const room = await openRoom();
  await room.reader('amina');
  await pause(room.database, act(room));
  await room.article('one');
  await room.deliver();
  const { rows } = await room.database.query('select distinct state from deliveries');
  expect(rows).toEqual([{ state: 'pending' }]);
  expect(Object.keys((await planPause(room.database)).editions[0]?.progress ?? {}).sort()).toEqual([
    'discord',
    'email',
    'rss',
  ]);
  await resume(room.database, act(room));
  await room.deliver();
  const settled = await room.database.query('select distinct state from deliveries');
  expect(settled.rows).toEqual([{ state: 'accepted' }]);
});

it('is written down once, however often it is asked for, and so is its end', async () => {
  const room = await openRoom();
  const first = await pause(room.database, act(room));
  const second = await pause(room.database, { ...act(room, 'Me too'), actor: 'marat' });
  expect(second).toEqual({ ...first, already: true });
  expect((await resume(room.database, act(room, 'All is well'))).pause).toEqual(first.pause);
  expect((await resume(room.database, act(room))).pause).toBeUndefined();
  const events = await recentEvents(room.database, { byStaff: true, limit: 10 });
  expect(events.map(({ subject, message }) => `${subject}: ${message}`)).toEqual([
    'sending: Sending goes on: All is well.',
    'sending: All sending was paused: The list is wrong.',
  ]);
});
