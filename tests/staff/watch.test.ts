import { describe, expect, it } from 'vitest';
import { findHoldable, hold } from '../../src/staff/hold.js';
import { pause } from '../../src/staff/pause.js';
import { follow, type Happening } from '../../src/staff/watch.js';
import { recordEvent } from '../../src/store/events.js';
import { joinProcesses } from '../../src/store/processes.js';
import { openRoom, type Room } from './room.js';

/** Follows from before the first step, looks after each, and tells what was new after each of them. */
async function watched(
  { database, clock }: Room,
  ...steps: (() => Promise<unknown>)[]
): Promise<Happening[][]> {
  const told: Happening[][] = [[]];
  const left = [...steps];
  const pauseBetween = async () => {
    const step = left.shift();
    if (!step) return false;
    await step();
    told.push([]);
    return true;
  };
  for await (const one of follow({ database, now: () => clock.now, pause: pauseBetween })) {
    told.at(-1)?.push(one);
  }
  return told;
}

const kinds = (happenings: readonly Happening[] | undefined) =>
  happenings?.map(({ kind, channel }) => (channel ? `${kind} ${channel}` : kind));

const staff = ({ clock }: Room) => ({ actor: 'dana', reason: 'So it is', at: clock.now });

describe('watching', () => {
  it('tells an article from its release to the last receipt, each thing once', async () => {
    const room = await openRoom();
    for (const name of ['amina', 'bolat']) await room.reader(name);
    room.faults.rcpt = (address) =>
      address.startsWith('bolat') ? '550 5.7.1 Not today.' : undefined;
    const [, frozen, sent, quiet] = await watched(
      room,
      () => room.article('one'),
      () => room.deliver(),
      async () => {},
    );
    expect(kinds(frozen)?.slice(0, 3)).toEqual([
      'article.released',
      'edition.frozen',
      'edition.ready',
    ]);
    expect(frozen?.[0]?.message).toBe('Released: Article one');
    expect(kinds(sent)?.sort()).toEqual([
      'edition.progress discord',
      'edition.progress email',
      'edition.progress rss',
    ]);
    expect(sent?.find(({ channel }) => channel === 'email')?.progress).toMatchObject({
      accepted: 1,
      rejected: 1,
      waiting: 0,
    });
    expect(quiet).toEqual([]);
  });

  it('tells what staff do, and who', async () => {
    const room = await openRoom();
    const id = await room.article('one');
    const [, first, second] = await watched(
      room,
      async () => {
        const subject = await findHoldable(room.database, [], id);
        await hold(room.database, subject, staff(room));
      },
      () => pause(room.database, staff(room)),
    );
    expect(first).toMatchObject([
      { kind: 'article.held', actor: 'dana', subject: `article:${id}` },
    ]);
    expect(second).toMatchObject([{ kind: 'sending.paused', actor: 'dana' }]);
  });

  it('tells of an edition that was under way before, and of none that was finished', async () => {
    const room = await openRoom();
    await room.reader('amina');
    await room.article('one');
    await room.deliver();
    await room.article('two');
    const [begin, after] = await watched(room, () => room.deliver());
    expect(new Set(begin?.map(({ message }) => message))).toEqual(
      new Set([
        'No service is running: nothing is polled or sent. Start one with "broadsheet serve".',
        'Article two',
      ]),
    );
    expect(new Set(after?.map(({ message }) => message))).toEqual(new Set(['Article two']));
  });

  it('tells when no service runs, and when one does again', async () => {
    const room = await openRoom();
    let service: Awaited<ReturnType<typeof joinProcesses>> | undefined;
    const [none, some, gone] = await watched(
      room,
      async () => {
        service = await joinProcesses(room.database, ['deliver']);
      },
      async () => service?.close(),
    );
    expect(kinds(none)).toEqual(['service.missing']);
    expect(kinds(some)).toEqual(['service.running']);
    expect(kinds(gone)).toEqual(['service.missing']);
  });

  it('misses no event that a slow transaction wrote behind a later one', async () => {
    const room = await openRoom();
    const { database } = room;
    const event = (message: string) =>
      ({
        at: room.clock.now,
        actor: 'schedule',
        kind: 'feed.read',
        level: 'info',
        subject: 'feed:main',
        message,
      }) as const;
    await recordEvent(database, event('Before.'));
    const slow = await database.connect();
    await slow.query('begin');
    await recordEvent(slow, event('Slow.'));
    const [, quick, late] = await watched(
      room,
      () => recordEvent(database, event('Quick.')),
      () => slow.query('commit'),
    );
    await slow.end();
    expect(quick?.map(({ message }) => message)).toEqual(['Quick.']);
    expect(late?.map(({ message }) => message)).toEqual(['Slow.']);
  });
});
