import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRoom } from '../staff/room.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

const amina = 'Amina+news@readers.example';
const csv = `address,name,programs\n${amina},Amina,spp\nbolat@readers.example,Bolat,spp\n`;
const why = ['--reason', `Asked by mail from ${amina}`, '--as', 'dana'];

/** Two readers from a CSV file, and one article that both had; the mail server names whom it answers. */
async function newsroom() {
  const room = await openRoom();
  room.clock.now = new Date();
  const { directory } = room.cli;
  writeFileSync(join(directory, 'readers.csv'), csv);
  const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(['subscribers', ...argv], { ...room.cli, ...over });
  const bring = () => run(['import', 'readers.csv', '--consent-source', 'Sheet']);
  const journal = () => readFileSync(join(directory, 'data', 'journal.jsonl'), 'utf8');
  /** The tables in which a text stands, whatever the column. */
  async function tablesWith(text: string) {
    const { rows } = await room.database.query(
      `select table_name as name from information_schema.tables where table_schema = 'broadsheet'
       order by table_name`,
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await room.database.query(
        `select from ${name} as t where t::text ilike $1 limit 1`,
        [`%${text}%`],
      );
      if (rowCount) found.push(name);
    }
    return found;
  }
  return { ...room, run, bring, journal, tablesWith };
}

it('forgets a person for good: nothing of them is left, and the old file brings no mail', async () => {
  const room = await newsroom();
  const { run, bring, tablesWith } = room;
  await bring();
  room.faults.rcpt = (to) =>
    to === amina ? '451 4.2.0 Passed on to amina@elsewhere.example.' : undefined;
  await room.article('one');
  await room.deliver();
  delete room.faults.rcpt;
  expect(await tablesWith(amina)).toEqual(['destinations']);
  expect(await tablesWith('amina')).toEqual(['attempts', 'deliveries', 'destinations']);

  await run(['set', amina, '--cadence', 'instant', '--timezone', 'Asia/Tokyo']);
  expect(await tablesWith('Tokyo')).toContain('events');
  const plan = await run(['forget', amina]);
  expect(plan.stdout).toContain(
    'Deleted are the address, the name, the language and hours, 1 program and 1 consent.',
  );
  expect(plan.stdout).toContain('What stays: 1 delivery under an id that names nobody');
  expect(plan.stdout).toContain('Nothing was done. Add --reason "…" --yes to do it.');
  const no = await run(['forget', amina, ...why], { ask: () => 'no' });
  expect(no.stdout).toContain('Nothing was done.');
  expect(await tablesWith('Amina')).toContain('destinations');

  const done = await run(['forget', amina.toLowerCase(), ...why, '--yes']);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(await tablesWith('amina')).toEqual([]);
  expect(await tablesWith('Tokyo')).toEqual([]);
  const { rows } = await room.database.query(
    `select actor, message from events where kind = 'subscriber.forgotten'`,
  );
  expect(rows).toEqual([
    {
      actor: 'dana',
      message: 'A person was forgotten, and their address is suppressed: Asked by mail from …',
    },
  ]);
  expect(await run(['forget', amina, ...why, '--yes'])).toMatchObject({
    code: 0,
    stdout: 'Nothing is held of this person but that the address is suppressed.\n',
  });
  expect((await run(['show', amina])).stdout).toContain('Nobody is subscribed as');

  expect((await bring()).stdout).toContain('1 unchanged, 1 suppressed');
  room.clock.now = new Date(Date.now() + 3_600_000);
  await room.article('two');
  await room.deliver();
  expect(room.mails()).toEqual(['bolat: Article one', 'bolat: Article two']);
  expect(await tablesWith('amina')).toEqual([]);
});

it('keeps them forgotten where a backup of before is restored', async () => {
  const room = await newsroom();
  const { run, bring, tablesWith, journal } = room;
  await bring();
  await room.database.query('create schema backup');
  const tables = ['destinations', 'subscriptions', 'consents', 'suppressions'];
  for (const name of tables) {
    await room.database.query(`create table backup.${name} as table ${name}`);
  }
  await run(['forget', amina, ...why, '--yes']);
  expect(journal()).not.toContain('@');
  for (const name of [...tables].reverse()) await room.database.query(`delete from ${name}`);
  for (const name of tables) {
    const { rows } = await room.database.query(
      `select string_agg(column_name, ',') as columns from information_schema.columns
       where table_schema = 'broadsheet' and table_name = $1`,
      [name],
    );
    await room.database.query(
      `insert into ${name} (${rows[0].columns}) overriding system value
       select ${rows[0].columns} from backup.${name}`,
    );
  }
  expect(await tablesWith('amina')).toEqual(['destinations']);
  expect((await bring()).stdout).toContain('1 unchanged, 1 suppressed');
  expect(await tablesWith('amina')).toEqual([]);
  await room.article('one');
  await room.deliver();
  expect(room.mails()).toEqual(['bolat: Article one']);
});

it('hands out all that is held of a person, and says so in the audit log', async () => {
  const room = await newsroom();
  const { run, bring, cli } = room;
  await bring();
  await room.article('one');
  await room.deliver();
  const file = join(cli.directory, 'person.json');
  expect((await run(['export-person', amina, 'person.json', ...why])).code).toBe(0);
  const person = JSON.parse(readFileSync(file, 'utf8'));
  expect(person).toMatchObject({
    subscriber: { address: amina, name: 'Amina', state: 'active' },
    programs: [{ program: 'spp', cadence: 'instant' }],
    consents: [{ act: 'given', programs: ['spp'], origin: 'Sheet' }],
    suppression: null,
    deliveries: [{ kind: 'alert', title: 'Article one', state: 'accepted', round: 0 }],
  });
  expect(JSON.stringify(person)).not.toContain('bolat');
  const nobody = await run(['export-person', 'nobody@readers.example']);
  expect(nobody).toMatchObject({ code: 1, stderr: 'Nothing is held of this person.\n' });
  const audit = await broadsheet(['audit'], cli);
  expect(audit.stdout).toContain('All that is held of a person was exported: Asked by mail from …');
});
