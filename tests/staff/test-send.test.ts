import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { suppress } from '../../src/store/destinations.js';
import { recentEvents } from '../../src/store/events.js';
import { broadsheet } from '../cli/terminal.js';
import { poll } from '../support/ledger.js';
import { openRoom } from './room.js';

async function newsroom() {
  const room = await openRoom();
  const run = (...argv: string[]) => broadsheet(['test-send', ...argv], room.cli);
  return { ...room, run };
}

describe('a test send', () => {
  it('brings an edition to a stranger, marked, at once, and outside the ledger of deliveries', async () => {
    const { run, reader, article, deliver, rounds, mail, mails, database } = await newsroom();
    await reader('amina');
    const id = await article('one');
    await deliver();
    const ran = await run(id, '--to', 'Editor@Somewhere.example', '--as', 'alma');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^“\[Test\] Article one” \([0-9a-f]{8}\), as it was frozen\.\n/);
    expect(ran.stdout).toContain('The mail server took it: 250');
    expect(mails()).toEqual(['Editor: [Test] Article one', 'amina: Article one']);
    expect(await rounds()).toEqual(['amina: accepted']);
    const [event] = await recentEvents(database, { kind: 'edition.tested', limit: 1 });
    expect(event).toMatchObject({ actor: 'alma' });
    expect(event?.message).toContain('“Article one” to an address');
    expect(JSON.stringify(event)).not.toContain('omewhere');

    await run(id, '--to', 'Editor@Somewhere.example');
    const tests = mail.received.filter(({ to }) => to[0]?.startsWith('Editor'));
    const parsed = await Promise.all(tests.map(({ raw }) => simpleParser(raw)));
    expect(new Set(parsed.map(({ messageId }) => messageId)).size).toBe(2);
    for (const { text } of parsed) {
      expect(text).toContain('https://letters.test/unsubscribe/test');
      expect(text).not.toMatch(/unsubscribe\/1\./);
    }
  });

  it('of an article that has no edition yet freezes nothing', async () => {
    const { run, database, mails } = await newsroom();
    const { fresh } = await poll(database, ['one'], { verdict: 'hold' });
    const ran = await run(fresh[0] ?? '', '--to', 'me@somewhere.example');
    expect(ran.stdout).toContain('as it would be frozen now');
    expect(mails()).toEqual(['me: [Test] Article one']);
    const { rowCount } = await database.query('select from editions');
    expect(rowCount).toBe(0);
  });

  it('of an article with a newer revision is of that one', async () => {
    const { run, reader, article, deliver, revise, mails } = await newsroom();
    await reader('amina');
    const id = await article('one');
    await deliver();
    await revise('one', { title: 'Put right' });
    const { stdout } = await run(id, '--to', 'me@somewhere.example');
    expect(stdout).toContain('as a resend would bring it, in its newest revision');
    expect(mails().find((line) => line.startsWith('me'))).toMatch(/^me: \[Test\] .*Put right$/);
  });

  it('shows what the mail server says when it refuses', async () => {
    const { run, article, faults } = await newsroom();
    const id = await article('one');
    faults.rcpt = () => '550 5.1.1 No such user here';
    const ran = await run(id, '--to', 'me@somewhere.example', '--json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: 'rejected',
      detail: expect.stringContaining('No such user here'),
    });
  });

  it('never reaches an address that is suppressed, or none', async () => {
    const { run, article, database, keys, clock, mails } = await newsroom();
    const id = await article('one');
    const hash = keys.addressHash('email', 'gone@somewhere.example');
    await suppress(database, hash, 'The reader unsubscribed from everything.', 'reader', clock.now);
    const gone = await run(id, '--to', 'GONE@somewhere.example');
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('The address is suppressed');
    const none = await run(id, '--to', 'nobody');
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('nobody is not an e-mail address.');
    expect(mails()).toEqual([]);
  });
});
