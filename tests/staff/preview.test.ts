import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { createLinks } from '../../src/app.js';
import { stamp } from '../../src/cli/words.js';
import { previewReader } from '../../src/staff/preview-reader.js';
import { putPause } from '../../src/store/pause.js';
import { unsubscribeToken } from '../../src/subscribers/tokens.js';
import { broadsheet, type TerminalOptions } from '../cli/terminal.js';
import { later, poll } from '../support/ledger.js';
import { openRoom } from './room.js';

async function newsroom() {
  const room = await openRoom();
  const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(['preview', ...argv], { ...room.cli, ...over });
  const json = async (...argv: string[]) => JSON.parse((await run([...argv, '--json'])).stdout);
  return { ...room, run, json };
}

/** The sentences of a stage. */
const said = ({ why }: { why: { stage: string; message: string }[] }, stage: string) =>
  why.filter((one) => one.stage === stage).map(({ message }) => message);

describe('a preview of an article', () => {
  it('says at each stage why it would not go out yet, and to how many it would', async () => {
    const { database, reader, json } = await newsroom();
    await reader('amina');
    await reader('farida', { cadence: 'daily' });
    const held = await poll(database, ['held'], { verdict: 'hold' });
    const found = await json(held.fresh[0] ?? '');
    expect(found).toMatchObject({ stage: 'to come', timezone: 'Asia/Almaty' });
    expect(said(found, 'seen')).toEqual(['It was seen 2026-03-02 13:00 in the feed main.']);
    expect(said(found, 'programs')).toEqual([
      'Security and Politics Program (SPP), for its category “SPP”.',
    ]);
    expect(said(found, 'release')[0]).toMatch(/^It is held: The test says so\. It goes out after/);
    expect(said(found, 'alerts')).toEqual([
      'Alerts would go to 1 subscriber, 2 Discord channels, 2 output feeds.',
    ]);
    expect(said(found, 'digests')[0]).toContain('would carry it to 1 subscriber');

    const waiting = await poll(database, ['waiting'], { releaseAfter: 600 });
    expect(said(await json(waiting.fresh[0] ?? ''), 'release')).toEqual([
      'It waits in its undo window until 2026-03-02 13:10.',
    ]);
    const seeded = await json(
      (await poll(database, ['seeded'], { verdict: 'seed' })).fresh[0] ?? '',
    );
    expect(said(seeded, 'release')[0]).toContain('it is never sent');
    expect(said(seeded, 'alerts')).toEqual(['Nobody gets an alert.']);
  });

  it('says what became of it, and what is paused', async () => {
    const { database, reader, article, deliver, assemble, clock, json } = await newsroom();
    await reader('amina');
    await reader('farida', { cadence: 'daily' });
    const id = await article('one');
    await deliver();
    clock.now = later(86_400);
    await assemble();
    await deliver();
    await putPause(database, { at: clock.now, actor: 'alma', reason: 'The server moves' });
    const found = await json(id);
    expect(found.stage).toBe('frozen');
    expect(said(found, 'release')).toEqual(['It was released 2026-03-02 13:00.']);
    expect(said(found, 'alerts')[0]).toMatch(/\(en\) was frozen .*email 1 accepted/);
    expect(said(found, 'digests')[0]).toMatch(/^\d digests? carried it: /);
    expect(said(found, 'sending')[0]).toMatch(
      /^All sending is paused by alma .*The server moves\./,
    );
  });

  it('shows the exact message of each channel', async () => {
    const { reader, article, deliver, discord, mail, run, json } = await newsroom();
    await reader('amina', { name: 'Әмина' });
    const id = await article('one', { title: 'Кто хранит каналы' });
    await deliver();
    const { messages } = await json(id);
    const [email, post, item] = messages;
    const [received] = await Promise.all(mail.received.map(({ raw }) => simpleParser(raw)));
    expect(email.subject).toBe(received?.subject);
    const own = (text = '') =>
      text
        .replaceAll('\r\n', '\n')
        .replace(/(unsubscribe|preferences)\/\S+/g, '')
        .trim();
    expect(own((await simpleParser(email.raw)).text)).toBe(own(received?.text));
    const [first] = discord.messages();
    expect(first?.embeds).toMatchObject(
      post.body.embeds.map(({ title, url, description }: Record<string, string>) => ({
        title,
        url,
        description,
      })),
    );
    expect(post.places).toEqual(['security', 'all']);
    expect(item.xml).toContain('<title>Кто хранит каналы</title>');

    const { stdout } = await run([id, '--channel', 'email']);
    expect(stdout).toContain('  Subject: Кто хранит каналы\n');
    expect(stdout).toContain('  From: Test Centre <news@centre.example>\n');
    expect(stdout).toContain('Three districts share one canal');
    expect(stdout).not.toContain('Discord');
  });

  it('of an edition shows what was frozen; of its article the newest revision', async () => {
    const { reader, article, deliver, revise, editionOf, json } = await newsroom();
    await reader('amina');
    const id = await article('one');
    await deliver();
    await revise('one', { title: 'Put right' });
    const edition = await json(await editionOf(id));
    expect(edition).toMatchObject({
      stage: 'frozen',
      messages: [{ subject: 'Article one' }, {}, {}],
    });
    expect(said(edition, 'edition')[0]).toContain('email 1 accepted');
    const newest = await json(id);
    expect(newest.stage).toBe('revised');
    expect(newest.messages[0].subject).toContain('Put right');
    expect(said(newest, 'seen')[0]).toContain('revision 2 came');
  });

  it('writes and opens what is asked for', async () => {
    const { article, run, cli } = await newsroom();
    const id = await article('one');
    const read = (file: string) => readFileSync(join(cli.directory, file), 'utf8');
    expect(await run([id, '--out', 'mail.eml'])).toMatchObject({ code: 0, stdout: '' });
    expect((await simpleParser(read('mail.eml'))).subject).toBe('Article one');
    await run([id, '--out', 'mail.html']);
    expect(read('mail.html')).toMatch(/^<!doctype html>/i);
    await run([id, '--out', 'post.json']);
    expect(JSON.parse(read('post.json'))).toMatchObject({ enforce_nonce: true });
    await run([id, '--out', 'item.xml']);
    expect(read('item.xml')).toMatch(/^<item>/);
    const unknown = await run([id, '--out', 'mail.pdf']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('.eml for the whole mail');

    const opened: string[] = [];
    const open = async (file: string) => void opened.push(readFileSync(file, 'utf8'));
    await run([id, '--open'], { neighbours: { open } });
    expect(opened).toEqual([read('mail.html')]);
    const without = () => Promise.reject(new Error('There is no browser here.'));
    const failed = await run([id, '--open'], { neighbours: { open: without } });
    expect(failed).toMatchObject({ code: 1, stderr: 'There is no browser here.\n' });
  });

  it('says where a channel cannot render it', async () => {
    const { article, json } = await newsroom();
    const id = await article('one', { url: `https://newsroom.test/${'x'.repeat(100_000)}` });
    const { missing, messages } = await json(id);
    expect(missing).toMatchObject([
      { channel: 'email', why: expect.stringContaining('It cannot be rendered: The mail') },
    ]);
    expect(messages).toHaveLength(2);
  });
});

describe('a preview for a reader', () => {
  it('says when the next digest closes, and what it would hold', async () => {
    const room = await newsroom();
    const { reader, article, clock } = room;
    await reader('farida', {
      cadence: 'daily',
      programs: ['spp', 'eep'],
      schedule: { timezone: 'Europe/Berlin', hour: 17 },
    });
    await article('one', { programs: ['spp'] });
    await article('two', { programs: ['eep', 'spp'] });
    const links = createLinks('https://letters.test', room.keys);
    const tools = { ...room, links, stamp, now: () => clock.now };
    const found = await previewReader(tools, 'Farida@readers.example');
    expect(found).toMatchObject({
      known: true,
      schedule: { timezone: 'Europe/Berlin', hour: 17 },
      next: {
        closesAt: new Date('2026-03-02T16:00:00.000Z'),
        on: '2026-03-02',
        overdue: false,
        sections: [
          {
            program: 'Security and Politics Program (SPP)',
            titles: ['Article two', 'Article one'],
          },
        ],
        digest: { messages: [{ channel: 'email' }] },
      },
    });
    // The command line's clock is that of this machine.
    const { stdout } = await room.run(['--address', 'farida@readers.example']);
    expect(stdout).toContain('  Economics Program: daily, next 2026-03-02 17:00\n');
    expect(stdout).toMatch(
      /The digest of \S+ 17:00 \(Europe\/Berlin\) is overdue: it closes as soon as a service runs, and would hold:\n {2}Security/,
    );
  });

  it('tells an unknown, an instant, an unconfirmed and a suppressed one apart', async () => {
    const { reader, subscribers, keys, database, json, run } = await newsroom();
    expect(await json('--address', 'nobody@readers.example')).toMatchObject({
      known: false,
      why: [{ stage: 'address', stops: true }],
    });
    const amina = await reader('amina');
    const instant = await json('--address', 'amina@readers.example');
    expect(instant.next).toBeUndefined();
    expect(instant.programs).toMatchObject([{ id: 'spp', cadence: 'instant' }]);
    await reader('bolat');
    await database.query(`delete from consents where destination_id <> $1`, [amina]);
    expect(said(await json('--address', 'bolat@readers.example'), 'consent')[0]).toContain(
      'no confirmed consent',
    );
    const token = unsubscribeToken(keys, { destination: amina, programs: ['spp'] });
    await subscribers.leave(token, 'all');
    const gone = await json('--address', 'amina@readers.example');
    expect(said(gone, 'suppression')[0]).toContain('The reader unsubscribed from everything.');
    expect(said(gone, 'programs')).toEqual(['The reader has no program left.']);
    const wrong = await run(['--address', 'amina@readers.example', 'ffffffff']);
    expect(wrong.code).toBe(2);
    expect((await run(['--address', 'nothing'])).stderr).toContain('not an e-mail address');
  });
});
