import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/cli/output.js';
import { stamp } from '../../src/cli/words.js';
import { recordBounce } from '../../src/store/bounces.js';
import type { Arrival } from '../../src/store/overview.js';
import { openRoom } from '../staff/room.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

/** A newsroom on this machine's clock, as commands have no other, with an article that amina was sent. */
async function sent() {
  const room = await openRoom();
  room.clock.now = new Date();
  await room.reader('amina');
  const id = await room.article('one', { title: 'Кто хранит каналы' });
  await room.deliver();
  const why = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(['why', ...argv], { ...room.cli, ...over });
  return { ...room, id, why };
}

describe('why', () => {
  it('answers in one sentence, and then tells all that happened, on the clock of the reader', async () => {
    const { why, id, clock } = await sent();
    const { code, stdout, stderr } = await why(['amina@readers.example', id]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [sentence = '', empty, title, ...timeline] = stdout.trimEnd().split('\n');
    expect(sentence).toMatch(
      /^The reader had it at .* in Asia\/Almaty as an alert; the server said: 250 /,
    );
    expect(empty).toBe('');
    expect(title).toBe(`“Кто хранит каналы” (${id.slice(0, 8)}), on the clock of Asia/Almaty:`);
    const at = stamp(clock.now, 'Asia/Almaty');
    expect(timeline).toContain(`  ${at}  Seen in the feed main.`);
    expect(timeline.at(-1)).toMatch(new RegExp(`^  ${at}  Accepted: 250 `));
  });

  it('tells what came back after it was accepted, as do show and subscribers show', async () => {
    const { why, id, database, clock, ...room } = await sent();
    const { rows } = await database.query(
      `select edition_id as "editionId", destination_id as "destinationId", round from deliveries
       where channel = 'email'`,
    );
    const bounce = {
      at: clock.now,
      ...({ kind: 'soft', status: '5.2.2', diagnostic: '552 5.2.2 … is full' } as const),
    };
    await recordBounce(database, rows[0], bounce);
    const back = 'came back (soft, 5.2.2): 552 5.2.2 … is full';
    const answer = await why(['amina@readers.example', id]);
    expect(answer.stdout).toMatch(
      /^The alert to the reader was accepted at .* and came back at .* \(soft, 5\.2\.2\): 552 5\.2\.2 … is full\.\n/,
    );
    expect(answer.stdout).toContain(`  Came back (soft, 5.2.2): 552 5.2.2 … is full.\n`);
    const shown = await broadsheet(['show', id, '--json'], room.cli);
    expect(
      JSON.parse(shown.stdout).deliveries.find(({ channel }: Arrival) => channel === 'email'),
    ).toMatchObject({ state: 'accepted', bounce: { kind: 'soft', status: '5.2.2' } });
    expect((await broadsheet(['show', id], { ...room.cli, columns: 200 })).stdout).toContain(back);
    const subscriber = () => broadsheet(['subscribers', 'show', 'amina@readers.example'], room.cli);
    expect((await subscriber()).stdout).toContain(`mail ${back}.\n`);

    await recordBounce(database, rows[0], { ...bounce, kind: 'complaint', status: null });
    await database.query(`delete from bounces where kind = 'soft'`);
    expect((await why(['amina@readers.example', id])).stdout).toMatch(
      /^The reader had it at .* as an alert, and complained about it at .*; the server said: 250 /,
    );
    expect((await subscriber()).stdout).toContain('mail was complained about: 552');
  });

  it('knows the article by its title and by its URL, and a Discord channel by its name', async () => {
    const { why, id } = await sent();
    const answers = await Promise.all(
      [id, 'кто хранит', 'https://newsroom.test/one'].map((name) => why(['#security', name])),
    );
    expect(answers[0]?.stdout).toMatch(/^#security had it at /);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('says what staff can do, as a command that does it', async () => {
    const { why, article, deliver, faults, ...room } = await sent();
    faults.rcpt = () => '550 5.7.1 Not today.';
    await article('two');
    await deliver();
    const { stdout } = await why(['amina@readers.example', 'Article two']);
    expect(stdout).toMatch(/^The alert to the reader was rejected at .*550 5\.7\.1 Not today/);
    const [, command = ''] = /^Send it again: broadsheet (.*)$/m.exec(stdout) ?? [];
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, a, b]) => a ?? b ?? '');
    const ran = await broadsheet([...words, '--dry-run'], room.cli);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('email: 1 mail\n');
  });

  it.each([60, 80])(
    'breaks its lines at %i columns, and loses none of the words of others',
    async (columns) => {
      const { why, id, mail } = await sent();
      const { stdout } = await why(['amina@readers.example', id], { columns });
      const lines = stripVTControlCharacters(stdout).split('\n');
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      const wide = (await why(['amina@readers.example', id])).stdout;
      expect(mail.received).toHaveLength(1);
      expect(lines.join(' ').replace(/\s+/g, ' ')).toBe(wide.replace(/\s+/g, ' '));
    },
  );

  it('breaks no link, so that one can click on it', async () => {
    const { why, id } = await sent();
    const { stdout } = await why(['#security', id], { columns: 60 });
    expect(stdout).toMatch(
      /http:\/\/127\.0\.0\.1:\d+\/channels\/\d{19}\/1200000000000000001\/\d{19}/,
    );
  });

  it('gives the same as data', async () => {
    const { why, id, clock } = await sent();
    const answer = JSON.parse((await why(['amina@readers.example', id, '--json'])).stdout);
    expect(answer).toMatchObject({
      kind: 'accepted',
      todo: null,
      timezone: 'Asia/Almaty',
      article: { id, title: 'Кто хранит каналы', state: 'released' },
      destination: { channel: 'email' },
    });
    expect(answer.sentence).toContain('; the server said: 250 ');
    expect(answer.timeline.at(-1)).toMatchObject({
      at: clock.now.toISOString(),
      kind: 'accepted',
      ahead: false,
    });
  });

  it('guesses nobody and nothing', async () => {
    const { why, id, article } = await sent();
    await article('two', { title: 'Кто хранит воду' });
    expect(await why(['economy', id])).toMatchObject({ code: 1, stdout: '' });
    const { code, stderr } = await why(['amina@readers.example', 'Кто хранит']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Several articles begin with "Кто хранит"\./);
    const unknown = await why(['nobody@readers.example', id]);
    expect(unknown.stdout).toMatch(/^Nobody is known under this address/);
  });
});
