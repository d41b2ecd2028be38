import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { unsubscribeToken } from '../../src/subscribers/tokens.js';
import { openRoom } from '../staff/room.js';
import { broadsheet } from './terminal.js';

const sheet = ['--consent-source', 'Sheet', '--as', 'dana'];

async function newsroom() {
  const room = await openRoom();
  room.clock.now = new Date();
  const run = (...argv: string[]) => broadsheet(['subscribers', ...argv], room.cli);
  const path = (name: string) => join(room.cli.directory, name);
  const file = (name: string, text: string | Uint8Array) => writeFileSync(path(name), text);
  const read = (name: string) => readFileSync(path(name), 'utf8');
  async function profiles() {
    const { rows } = await room.database.query(
      `select d.address, string_agg(s.program_id || ' ' || s.cadence, ', ' order by s.program_id) as reads
       from destinations d join subscriptions s on s.destination_id = d.id
       where d.channel = 'email' group by 1 order by 1`,
    );
    return Object.fromEntries(rows.map(({ address, reads }) => [address, reads]));
  }
  return { ...room, run, path, file, read, profiles };
}

const bad = [
  '\ufeffE-Mail;Name;Programs;Notes',
  'amina@readers.example;Amina;spp;"two',
  'lines"',
  'open@readers.example;"Open;spp;x',
  'AMINA@Readers.example;Amina again;spp;x',
  '',
  'quote@readers.example;"a"b";spp;x',
  'no address;Nobody;spp;x',
  'unknown@readers.example;U;xyz;x',
  'few@readers.example',
  'many@readers.example;M;spp;x;y',
  'gone@readers.example;G;spp;x',
  '"=1+1@readers.example";"@SUM(A1)\r\nBcc: x";"spp,eep";x',
].join('\r\n');

it('tells of each line what becomes of it, before and after, and a second run changes nothing', async () => {
  const { run, file, read, path, profiles, database } = await newsroom();
  file('readers.csv', bad);
  await run('suppress', 'gone@readers.example', '--reason', 'Asked');
  const dry = await run('import', 'readers.csv', ...sheet, '--dry-run');
  expect(dry.code).toBe(1);
  expect(dry.stderr).toBe('Columns that are not read: notes.\n');
  const quote = 'There are quotes in the middle of a cell. Double each, and quote the cell.';
  expect(dry.stdout.split('\n')).toEqual([
    'line 2: added',
    'line 4: invalid: A quote is opened and not closed.',
    'line 5: unchanged',
    `line 7: invalid: ${quote}`,
    'line 8: invalid: This is not an e-mail address.',
    'line 9: invalid: There is no program xyz. Write one of: spp, eep.',
    'line 10: invalid: No program is named. Write one or more of: spp, eep.',
    'line 11: invalid: The line has 5 cells, and there are 4 columns.',
    'line 12: suppressed: The address is suppressed: only its owner can bring it back.',
    'line 13: added',
    'It would be: 2 added, 0 updated, 1 unchanged, 1 suppressed, 6 invalid.',
    '',
  ]);
  expect(await profiles()).toEqual({});

  const done = await run('import', 'readers.csv', ...sheet, '--report', 'report.csv');
  expect(done.stdout).toBe('2 added, 0 updated, 1 unchanged, 1 suppressed, 6 invalid.\n');
  expect(read('report.csv')).toContain("13,added,'=1+1@readers.example,\r\n");
  expect(statSync(path('report.csv')).mode & 0o777).toBe(0o600);
  const reads = await profiles();
  expect(reads).toEqual({
    'amina@readers.example': 'spp instant',
    '=1+1@readers.example': 'eep instant, spp instant',
  });
  const { rows } = await database.query(`select name from destinations where address like '=%'`);
  expect(rows).toEqual([{ name: '@SUM(A1) Bcc: x' }]);

  const again = JSON.parse((await run('import', 'readers.csv', ...sheet, '--json')).stdout);
  expect(again).toMatchObject({ added: 0, updated: 0, unchanged: 3, suppressed: 1, invalid: 6 });
  expect(again.problems).toHaveLength(7);
  expect(await profiles()).toEqual(reads);
  const events = await database.query(
    `select message from events where kind = 'subscribers.imported'`,
  );
  expect(events.rows).toEqual([
    {
      message:
        'Subscribers were imported (2 added, 0 updated, 1 unchanged, 1 suppressed, 6 invalid): Sheet.',
    },
  ]);
});

it('reads other encodings where they are named or marked, and says so where they are not', async () => {
  const { run, file, database } = await newsroom();
  const text = 'address,name,programs\ndina@readers.example,Дина,spp\n';
  file('marked.csv', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
  file(
    'cyrillic.csv',
    Buffer.from(text.replace('Дина', '????'), 'latin1').map((byte) =>
      byte === 0x3f ? 0xc4 : byte,
    ),
  );
  const wrong = await run('import', 'cyrillic.csv', ...sheet, '--dry-run');
  expect(wrong.stdout).toContain('line 2: invalid: The line is in another encoding than the file.');
  const named = await run('import', 'cyrillic.csv', ...sheet, '--dry-run', '--encoding', 'cp1251');
  expect(named.stdout).toContain('line 2: added');
  expect((await run('import', 'marked.csv', ...sheet)).stdout).toContain('1 added');
  expect(
    (
      await database.query(
        'select name from destinations where name is not null and channel = $1',
        ['email'],
      )
    ).rows,
  ).toEqual([{ name: 'Дина' }]);
});

it('overwrites what readers chose only when told to, and never what they left', async () => {
  const { run, file, profiles, keys, subscribers, database, reader } = await newsroom();
  const id = await reader('amina', { programs: ['spp', 'eep'], cadence: 'daily' });
  await subscribers.leave(
    unsubscribeToken(keys, { destination: id, programs: ['eep'] }),
    'programs',
  );
  file(
    'readers.csv',
    'address,name,programs,language,hour\namina@readers.example,A.,spp:weekly eep:weekly,ru,18\n',
  );
  const kept = await run('import', 'readers.csv', ...sheet, '--dry-run');
  expect(kept.stdout).toContain('line 2: unchanged: Left before, and stays out: eep.');
  await run('import', 'readers.csv', ...sheet);
  expect(await profiles()).toEqual({ 'amina@readers.example': 'spp daily' });

  expect((await run('import', 'readers.csv', ...sheet, '--update')).stderr).toContain('Say why');
  const why = ['--update', '--reason', 'They asked'];
  expect((await run('import', 'readers.csv', ...sheet, ...why)).stdout).toContain('1 updated');
  expect(await profiles()).toEqual({ 'amina@readers.example': 'spp weekly' });
  const { rows } = await database.query(
    `select name, language, digest_hour as hour from destinations where id = $1`,
    [id],
  );
  expect(rows).toEqual([{ name: 'A.', language: 'ru', hour: 18 }]);
  expect((await run('import', 'readers.csv', ...sheet, ...why)).stdout).toContain('1 unchanged');
});

it('comes back from an export as it was, and no cell of that is a formula', async () => {
  const { run, file, read, database } = await newsroom();
  file(
    'readers.csv',
    [
      'address,name,programs,language,hour,weekday,timezone,consent_source,consented_at,paused_until',
      `"'=cmd@readers.example","'=HYPERLINK(""x"")",spp:weekly,en,17,friday,Asia/Tokyo,"Sheet, May",2026-05-31T09:00:00Z,2099-01-01`,
      'чтец+tag@пример.example,-Дина,eep:daily spp:instant,ru,8,monday,UTC,=Sheet,2026-06-01,',
      `plain@readers.example,''=x,spp,kk-Cyrl,8,monday,UTC,Sheet,2026-06-01,`,
    ].join('\n'),
  );
  expect((await run('import', 'readers.csv')).stdout).toContain('3 added');
  await run('add', 'left@readers.example', '--programs', 'spp', '--consent-source', 'Sheet');
  await run('suppress', 'left@readers.example', '--reason', 'Asked');
  expect((await run('export', 'one.csv')).stderr).toBe('3 subscribers written to one.csv.\n');
  const first = read('one.csv');
  expect(first).toContain(`"'=HYPERLINK(""x"")"`);
  expect(first).toContain(`plain@readers.example,''=x,`);
  expect(first).not.toMatch(/(^|,)"?[=+@-]/m);
  expect(first).not.toContain('left@');
  expect((await run('export', 'one.csv')).stderr).toContain('one.csv is there already.');

  await database.query('truncate destinations cascade');
  expect((await run('import', 'one.csv')).stdout).toContain('3 added');
  expect((await run('export')).stdout).toBe(first);
});

it('says what is missing before it begins', async () => {
  const { run, file } = await newsroom();
  file('none.csv', 'name\nA\n');
  file('twice.csv', 'address,email\na@b.example,c@d.example\n');
  file('plain.csv', 'address\na@b.example\n');
  expect((await run('import', 'none.csv', ...sheet)).stderr).toContain('has no column "address"');
  expect((await run('import', 'twice.csv', ...sheet)).stderr).toContain('two columns "address"');
  expect((await run('import', 'plain.csv')).stderr).toContain('Say how these readers agreed');
  expect((await run('import', 'absent.csv', ...sheet)).stderr).toContain('(ENOENT)');
  expect((await run('import', '.', ...sheet)).stderr).toContain('is a directory');
  const report = await run('import', 'plain.csv', ...sheet, '--report', 'plain.csv');
  expect(report).toMatchObject({ code: 2 });
});

it('takes thousands of lines in batches, with duplicates across them, the same in a dry run', async () => {
  const { run, file, database } = await newsroom();
  const lines = Array.from({ length: 3_000 }, (_, n) => `r${n % 2_000}@readers.example,spp`);
  file('many.csv', `address,programs\n${lines.join('\n')}\n`);
  const counts = '2000 added, 0 updated, 1000 unchanged, 0 suppressed, 0 invalid.\n';
  const dry = await run('import', 'many.csv', ...sheet, '--dry-run', '--report', 'report.csv');
  expect(dry.stdout).toBe(`It would be: ${counts}`);
  expect((await run('import', 'many.csv', ...sheet)).stdout).toBe(counts);
  const { rows } = await database.query(
    `select count(*)::int as consents from consents where act = 'given' and actor = 'dana'`,
  );
  expect(rows).toEqual([{ consents: 2_000 }]);
});
