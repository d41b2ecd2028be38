import { describe, expect, it } from 'vitest';
import { settleAsAccepted } from '../../src/staff/uncertain.js';
import { recentEvents } from '../../src/store/events.js';
import { uncertainDeliveries } from '../../src/store/uncertain.js';
import { openRoom, type Room } from './room.js';

/** Two articles whose answers were lost for clara, and taken for amina. */
async function lostAnswers(): Promise<Room & { first: string; second: string }> {
  const room = await openRoom();
  for (const name of ['amina', 'clara']) await room.reader(name);
  room.faults.dropAfterDot = ({ to }) => to[0]?.startsWith('clara') ?? false;
  const first = await room.article('one');
  const second = await room.article('two');
  await room.deliver();
  delete room.faults.dropAfterDot;
  return Object.assign(room, { first, second });
}

const act = { actor: 'dana', reason: 'The log has them', at: new Date('2026-03-02T10:00:00Z') };

describe('uncertain deliveries', () => {
  it('are listed with what is uncertain of them', async () => {
    const room = await lostAnswers();
    const found = await uncertainDeliveries(room.database);
    expect(found.map(({ name, address, title }) => ({ name, address, title }))).toEqual(
      expect.arrayContaining([
        { name: 'clara', address: 'clara@readers.example', title: 'Article one' },
        { name: 'clara', address: 'clara@readers.example', title: 'Article two' },
      ]),
    );
    expect(found).toHaveLength(2);
    const edition = await room.editionOf(room.first);
    expect(await uncertainDeliveries(room.database, edition)).toHaveLength(1);
  });

  it('are settled as accepted by edition, with who says so, and why they were uncertain is kept', async () => {
    const room = await lostAnswers();
    const edition = await room.editionOf(room.first);
    expect(await settleAsAccepted(room.database, edition, act)).toBe(1);
    expect(await uncertainDeliveries(room.database)).toHaveLength(1);
    const { rows } = await room.database.query(
      `select d.state, d.detail, a.outcome, a.detail as before from deliveries d
       join attempts a using (edition_id, destination_id, round)`,
    );
    expect(rows).toMatchObject([
      {
        state: 'accepted',
        detail: 'Settled as accepted by dana: The log has them.',
        outcome: 'uncertain',
      },
    ]);
    expect(rows[0].before).toContain('answer was lost');
    await room.deliver();
    expect(room.mails()).toHaveLength(2);
  });

  it('are settled all at once, and written down for each edition without an address', async () => {
    const room = await lostAnswers();
    expect(await settleAsAccepted(room.database, undefined, act)).toBe(2);
    expect(await settleAsAccepted(room.database, undefined, act)).toBe(0);
    const events = await recentEvents(room.database, { kind: 'uncertain.settled', limit: 10 });
    expect(events.map(({ subject }) => subject).sort()).toEqual(
      [await room.editionOf(room.first), await room.editionOf(room.second)]
        .map((id) => `edition:${id}`)
        .sort(),
    );
    expect(events[0]).toMatchObject({
      actor: 'dana',
      message: 'Settled 1 uncertain delivery as accepted: The log has them.',
    });
    expect(JSON.stringify(events)).not.toContain('@');
  });

  it('are no longer listed once they were sent again, also as a newer revision', async () => {
    const room = await lostAnswers();
    await room.resend(await room.editionOf(room.first), { only: 'uncertain' });
    await room.revise('two', { title: 'Article two, corrected' });
    await room.resend(room.second, { only: 'uncertain' });
    await room.deliver();
    expect(await room.rounds()).toContain('clara: uncertain uncertain accepted accepted');
    expect(await uncertainDeliveries(room.database)).toEqual([]);
  });
});
