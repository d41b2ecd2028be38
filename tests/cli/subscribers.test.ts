import { describe, expect, it } from 'vitest';
import { suppress } from '../../src/store/destinations.js';
import { addressKey } from '../../src/subscribers/address.js';
import { unsubscribeToken } from '../../src/subscribers/tokens.js';
import { openRoom } from '../staff/room.js';
import { broadsheet } from './terminal.js';

const day = 86_400_000;

/** A newsroom on this machine's clock, as commands have no other. */
async function newsroom() {
  const room = await openRoom();
  room.clock.now = new Date();
  const show = (address: string, ...more: string[]) =>
    broadsheet(['subscribers', 'show', address, ...more], room.cli);
  return { ...room, show };
}

const minutes = (at: Date, timeZone: string) =>
  at.toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });

describe('subscribers show', () => {
  it('tells what a subscriber reads and when, on their own clock, and what the next digest holds', async () => {
    const room = await newsroom();
    const { database, clock, show } = room;
    await room.reader('amina', { programs: ['eep'], schedule: { timezone: 'Asia/Tokyo' } });
    await room.reader('amina', { programs: ['spp'], cadence: 'weekly' });
    await room.subscribers.change(
      'amina@readers.example',
      { schedule: { hour: 17, weekday: 5 } },
      'dana',
    );
    await room.article('one');
    await room.article('two');
    const { rows } = await database.query(
      `select s.due_at as due from subscriptions s join destinations d on d.id = s.destination_id
       where d.name = 'amina' and s.due_at is not null`,
    );
    const [{ due }] = rows;
    expect(due.getTime() - clock.now.getTime()).toBeLessThanOrEqual(7 * day);
    expect(due.toISOString()).toContain('T08:00:00');
    const ran = await show('Amina@readers.example');
    const agreed = minutes(clock.now, 'Asia/Tokyo');
    expect(ran).toEqual({
      code: 0,
      stderr: '',
      stdout: `amina <Amina@readers.example>, language en
  Economics Program                    instant
  Security and Politics Program (SPP)  weekly   ${minutes(due, 'Asia/Tokyo')}
Digests come at 17:00 in Asia/Tokyo, weekly ones on Friday.
The next digest closes ${minutes(due, 'Asia/Tokyo')}, with 2 articles so far.
Agreed to spp on ${agreed}: test.
Agreed to eep on ${agreed}: test.
`,
    });
  });

  it('tells who left and why nothing is mailed', async () => {
    const room = await newsroom();
    const { database, clock, keys, show } = room;
    const id = await room.reader('amina');
    const token = unsubscribeToken(keys, { destination: id, programs: ['spp'] });
    await room.subscribers.leave(token, 'all');
    const ran = await show('amina@readers.example');
    const at = minutes(clock.now, 'Asia/Almaty');
    expect(ran.stdout).toContain(
      `Suppressed since ${at} by reader: The reader unsubscribed from everything. Nothing is mailed to the address.\n`,
    );
    expect(ran.stdout).toContain('\n  reads no program\n');
    expect(ran.stdout).toContain(`\nLeft spp on ${at}: unsubscribe link.\n`);

    await database.query('delete from consents');
    expect((await show('amina@readers.example')).stdout).toContain(
      'No consent is recorded, so nothing is mailed.',
    );
    const hash = keys.addressHash('email', addressKey('bounced@readers.example'));
    await suppress(database, hash, 'It bounced', 'schedule', clock.now);
    expect((await show('bounced@readers.example')).stdout).toBe(
      `Suppressed since ${at} by schedule: It bounced. Nothing is mailed to the address.\nNobody is subscribed as bounced@readers.example.\n`,
    );
  });

  it('gives the same as data', async () => {
    const { show, reader } = await newsroom();
    await reader('amina', { cadence: 'daily', schedule: { hour: 17 } });
    const { suppression, subscriber } = JSON.parse(
      (await show('amina@readers.example', '--json')).stdout,
    );
    expect(suppression).toBeNull();
    expect(subscriber).toMatchObject({
      name: 'amina',
      language: 'en',
      state: 'active',
      schedule: { timezone: 'Asia/Almaty', hour: 17 },
      programs: [{ id: 'spp', name: 'Security and Politics Program (SPP)', cadence: 'daily' }],
      consents: [{ act: 'given', programs: ['spp'], origin: 'test' }],
      next: { overdue: false, articles: 0 },
    });
    expect(subscriber.programs[0].nextAt).toBe(subscriber.next.closesAt);
  });

  it.each([
    ['nobody@readers.example', 'There is no subscriber with this address.'],
    ['nobody', 'nobody is not an e-mail address.'],
  ])('says so for %s', async (address, message) => {
    const { show } = await newsroom();
    expect(await show(address)).toMatchObject({ code: 1, stdout: '', stderr: `${message}\n` });
  });
});
