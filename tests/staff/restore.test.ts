import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hold } from '../../src/staff/hold.js';
import { resume } from '../../src/staff/pause.js';
import { planRelease, release } from '../../src/staff/release.js';
import { confirmMoved, confirmRestore, planRestore } from '../../src/staff/restore.js';
import { articleRow } from '../../src/store/articles.js';
import { recentEvents } from '../../src/store/events.js';
import { ledgerIdentity, lookAtFence, readFence } from '../../src/store/fence.js';
import { createMarks, type Mark } from '../../src/store/marks.js';
import { broadsheet } from '../cli/terminal.js';
import { at, later, poll } from '../support/ledger.js';
import { openRoom } from './room.js';

const act = { actor: 'dana', reason: 'Restored from Sunday', at };

/** A ledger in which an alert and a digest wait, as it was when the backup was made; then it is found to be one. */
async function restored() {
  const room = await openRoom();
  const { database, config } = room;
  await room.reader('amina');
  await room.reader('bolat');
  await room.reader('weekly', { cadence: 'weekly' });
  await room.reader('daily', { cadence: 'daily' });
  const sent = await room.article('sent');
  await room.deliver();
  const waits = await room.article('waits');
  const { fresh } = await poll(database, ['undo'], { at: room.clock.now, releaseAfter: 600 });
  const undo = fresh[0] as string;
  room.clock.now = later(86_400);
  const { instance } = await ledgerIdentity(database);
  const outside: Mark[] = [{ instance, mark: 1_000 }];
  const place = { read: async () => outside, note: async () => {}, close: async () => {} };
  const marks = createMarks([place], () => {});
  const tools = { database, marks, programs: config.programs };
  const look = () => lookAtFence(database, marks, room.clock.now);
  return { ...room, sent, waits, undo, tools, look, outside, instance };
}

describe('a restored ledger', () => {
  it('sends and assembles nothing, and refuses what would reach readers', async () => {
    const room = await restored();
    const { database, waits } = room;
    await room.look();
    const before = room.mails();
    await room.assemble();
    await room.deliver();
    expect(room.mails()).toEqual(before);
    expect((await articleRow(database, room.undo))?.state).toBe('waiting');
    const refusal = /seems to be restored from a backup.*broadsheet confirm-restore/;
    await expect(room.resend(waits, { only: 'all' })).rejects.toThrow(refusal);
    await expect(resume(database, act)).rejects.toThrow(refusal);
    const article = await articleRow(database, waits);
    if (!article) throw new Error('The article is gone.');
    const subject = { kind: 'article', article } as const;
    await hold(database, subject, act);
    await expect(release(database, await planRelease(database, subject), act)).rejects.toThrow(
      refusal,
    );
    for (const argv of [
      ['poll'],
      ['digest', '--reason', 'x', '--yes'],
      ['test-send', waits, '--to', 'dana@centre.example'],
    ]) {
      const { code, stderr } = await broadsheet(argv, room.cli);
      expect({ argv, code }).toEqual({ argv, code: 1 });
      expect(stderr).toMatch(refusal);
    }
    const { stdout } = await broadsheet(['status'], room.cli);
    expect(stdout).toMatch(refusal);
    await room.look();
    const told = await recentEvents(database, { kind: 'ledger.fenced', limit: 9 });
    expect(told).toEqual([expect.objectContaining({ level: 'attention' })]);
  });

  it('shows what confirming settles, and settles it: nothing goes out twice, and the next is sent', async () => {
    const room = await restored();
    const { database, tools, waits, undo, clock } = room;
    expect(await planRestore(tools, clock.now)).toMatchObject({
      fence: { marks: [{ mark: 1_000 }], moved: null },
      deliveries: { email: 2, discord: 2 },
      assembling: [],
      articles: [{ id: undo, title: 'Article undo' }],
      // The weekly one closes on Mondays; this is a Tuesday.
      windows: { email: 1 },
      feeds: ['main'],
      onlyMoved: false,
    });
    await confirmRestore(tools, { ...act, at: clock.now });
    expect(await readFence(database)).toBeUndefined();
    await confirmRestore(tools, { ...act, at: clock.now });
    expect(await recentEvents(database, { kind: 'ledger.confirmed', limit: 9 })).toEqual([
      expect.objectContaining({
        actor: 'dana',
        message: 'The restored ledger was confirmed, and sends again: Restored from Sunday.',
      }),
    ]);
    const before = room.mails();
    await room.assemble();
    await room.deliver();
    expect(room.mails()).toEqual(before);
    const { rows } = await database.query(
      `select d.channel, d.state, count(*)::int as n from deliveries d
       join edition_articles a on a.edition_id = d.edition_id where a.article_id = $1
       group by 1, 2 order by 1, 2`,
      [waits],
    );
    expect(rows).toEqual([
      { channel: 'discord', state: 'uncertain', n: 2 },
      { channel: 'email', state: 'uncertain', n: 2 },
      { channel: 'rss', state: 'accepted', n: 2 },
    ]);
    expect(await articleRow(database, undo)).toMatchObject({
      state: 'held',
      holdReason: expect.stringContaining('after the backup'),
    });
    const windows = await database.query(
      `select t.name, w.reason from windows w join destinations t on t.id = w.destination_id
       where t.channel = 'email'`,
    );
    expect(windows.rows).toEqual([
      { name: 'daily', reason: expect.stringContaining('restored from a backup') },
    ]);

    const first = await poll(database, ['since'], { at: clock.now });
    expect(first).toMatchObject({ verdict: 'hold', reason: expect.stringContaining('restored') });
    await room.article('next');
    await room.deliver();
    const news = room.mails().filter((mail) => !before.includes(mail));
    expect(news).toEqual(['amina: Article next', 'bolat: Article next']);
  });

  it('lists what an alert lacked at the backup, and takes that for uncertain too', async () => {
    const room = await restored();
    const { database, tools, clock, waits } = room;
    const edition = await room.editionOf(waits);
    await database.query(`delete from deliveries where edition_id = $1 and channel = 'email'`, [
      edition,
    ]);
    await database.query(
      `update editions set state = 'assembling', assembled_to = null where id = $1`,
      [edition],
    );
    expect((await planRestore(tools, clock.now)).assembling).toEqual([edition]);
    await confirmRestore(tools, { ...act, at: clock.now });
    const { rows } = await database.query(
      `select state from deliveries where edition_id = $1 and channel = 'email'`,
      [edition],
    );
    expect(rows).toEqual([{ state: 'uncertain' }, { state: 'uncertain' }]);
  });

  it('that staff merely moved goes on as it was, if the marks show it', async () => {
    const room = await restored();
    const { database, tools, outside, instance } = room;
    await room.look();
    await expect(confirmMoved(tools, act)).rejects.toThrow('cannot be taken as merely moved');
    await database.query(`delete from settings where name = 'fenced'`);
    outside[0] = { instance, mark: (await ledgerIdentity(database)).mark };
    await database.query(`update ledger set system_identifier = '123'`);
    await room.look();
    expect(await planRestore(tools, at)).toMatchObject({ onlyMoved: true });
    await confirmMoved(tools, act);
    await room.deliver();
    expect(room.mails()).toContain('amina: Article waits');
  });
});

describe('broadsheet confirm-restore', () => {
  it('settles the same where only staff know that it was restored', async () => {
    const { cli, database } = await restored();
    const argv = ['confirm-restore', '--reason', 'A snapshot', '--yes', '--json'];
    const run = async (more: string[]) =>
      JSON.parse((await broadsheet([...argv, ...more], cli)).stdout);
    expect(await run([])).toMatchObject({ fence: null, confirmed: false });
    expect(await run(['--undetected'])).toMatchObject({
      confirmed: true,
      deliveries: { email: 2 },
    });
    expect(await readFence(database)).toBeUndefined();
    expect((await broadsheet(['uncertain', '--json'], cli)).stdout).toContain('after the backup');
    expect((await broadsheet([...argv, '--moved', '--undetected'], cli)).code).toBe(2);
  });

  it('is settled once when two of staff confirm at the same time', async () => {
    const room = await restored();
    await room.look();
    const { database } = room;
    await Promise.all([confirmRestore(room.tools, act), confirmRestore(room.tools, act)]).catch(
      // The other is closing windows, says one of them.
      (error) => expect(String(error)).toMatch(/Try it once more/),
    );
    await confirmRestore(room.tools, act);
    const told = await recentEvents(database, { kind: 'ledger.confirmed', limit: 9 });
    expect(told).toHaveLength(1);
  });

  it('shows what was found and what it would do, and does it with a reason and a yes', async () => {
    const room = await restored();
    const dataDir = join(room.cli.directory, 'data');
    await mkdir(join(dataDir, 'ledger'), { recursive: true });
    await writeFile(join(dataDir, 'ledger', `${room.instance}.1000`), '');
    await writeFile(join(dataDir, 'ledger', `${randomUUID()}.7`), '');
    const cli = { ...room.cli, variables: { ...room.cli.variables, DATA_DIR: dataDir } };
    const shown = await broadsheet(['confirm-restore', '--dry-run'], cli);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/went to the wire, and there were 1000\./);
    expect(shown.stdout).toMatch(/Another copy of the ledger \(.{8}\) has sent, up to mark 7/);
    expect(shown.stdout).toMatch(/The newest thing that it knows is of 20/);
    expect(shown.stdout).toContain('deliveries to 2 subscribers and 2 Discord channels.');
    expect(shown.stdout).toContain('Article undo');
    expect((await broadsheet(['confirm-restore'], cli)).stdout).toContain(
      'Nothing was done. Add --reason "…" --yes to do it.',
    );
    expect(await readFence(room.database)).toBeDefined();
    const done = await broadsheet(
      ['confirm-restore', '--reason', 'Sunday', '--yes', '--as', 'dana', '--json'],
      cli,
    );
    expect(JSON.parse(done.stdout)).toMatchObject({ confirmed: true, deliveries: { email: 2 } });
    expect((await broadsheet(['confirm-restore', '--dry-run'], cli)).stdout).toContain(
      'The ledger is in order',
    );
  });
});
