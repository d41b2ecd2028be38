import { describe, expect, it } from 'vitest';
import { openRoom } from '../staff/room.js';
import { poll } from '../support/ledger.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

/** An alert that two of three readers and all Discord channels were sent before the third was deferred. */
async function underWay() {
  const room = await openRoom();
  for (const name of ['amina', 'bolat', 'clara']) await room.reader(name);
  room.faults.rcpt = (address) => (address.startsWith('clara') ? '451 Later.' : undefined);
  const id = await room.article('one');
  await room.deliver();
  delete room.faults.rcpt;
  const edition = (await room.editionOf(id)).slice(0, 8);
  const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(argv, { ...room.cli, ...over });
  return { ...room, id, edition, run };
}

const why = ['--reason', 'The figure is wrong', '--as', 'dana'];

describe('hold', () => {
  it('says with --dry-run what would stop and who had it, and does nothing', async () => {
    const { run, id, edition } = await underWay();
    const dry = await run(['hold', id.slice(0, 8), '--dry-run']);
    expect(dry).toEqual({
      code: 0,
      stderr: '',
      stdout: `“Article one” would be held.
Alert ${edition} stops:
  email    2 of 3 accepted, 1 waiting
  discord  2 of 2 accepted
  rss      2 of 2 accepted
Already had it: 2 subscribers, 2 Discord channels and 2 output feeds.
Discord channels that show it: #all, #security.
`,
    });
    expect(JSON.parse((await run(['status', '--json'])).stdout).heldEditions).toEqual([]);
  });

  it('holds at once, says so in the status, and goes on after a release', async () => {
    const room = await underWay();
    const { run, id, edition } = room;
    const held = await run(['hold', id, ...why]);
    expect(held.stdout).toContain('“Article one” is held.');
    room.clock.now = new Date(room.clock.now.getTime() + 3_600_000);
    await room.deliver();
    expect(room.mails()).toHaveLength(2);
    const status = (await run(['status'])).stdout;
    expect(status).toContain(`The alert “Article one” (${edition}) is held`);
    expect(status).toContain('The figure is wrong.');

    expect((await run(['hold', id, ...why])).stdout).toContain(
      '“Article one” is held already: The figure is wrong.',
    );
    const shown = (await run(['release', id])).stdout;
    expect(shown).toContain('1 held article would go out:');
    expect(shown).toContain('would go on, only to those who wait:');
    expect(shown).toContain('email    2 of 3 accepted, 1 waiting');
    expect(shown).toContain('Nothing was done. Add --reason "…" --yes to do it.');
    const released = await run(['release', id, '--reason', 'Corrected', '--yes']);
    expect(released.stdout).toContain('Released: 1 article, 1 edition.');
    expect(released.stdout).toContain('It goes out when a service runs');
    await room.deliver();
    expect(room.mails()).toHaveLength(3);
  });

  it('wants a reason, and a name that is there', async () => {
    const { run, id } = await underWay();
    expect(await run(['hold', id])).toMatchObject({
      code: 2,
      stderr: 'Say why with --reason "…".\n',
    });
    const unknown = await run(['hold', 'ffffffff', ...why]);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('There is no article and no edition "ffffffff"');
  });

  it('prints what it did as JSON', async () => {
    const { run, id } = await underWay();
    const { stdout } = await run(['hold', id, ...why, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      held: true,
      already: null,
      articles: [{ id, title: 'Article one' }],
      editions: [{ kind: 'alert', progress: { email: { accepted: 2, waiting: 1 } } }],
      digests: [],
      had: { accepted: { email: 2, discord: 2 }, discordChannels: ['all', 'security'] },
    });
  });
});

describe('release', () => {
  /** A held feed with one held article. */
  async function heldFeed() {
    const room = await openRoom();
    await room.reader('amina');
    await poll(room.database, ['waits'], { at: room.clock.now, releaseAfter: 600 });
    const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
      broadsheet(argv, { ...room.cli, ...over });
    const held = await run(['hold', 'main', ...why]);
    expect(held.stdout).toContain('The feed main is held.\n1 waiting article with it');
    return { ...room, run };
  }

  it('of a feed shows to how many it goes on each channel, and asks at a terminal', async () => {
    const room = await heldFeed();
    const asked: string[] = [];
    const answer = (text: string) => ({
      columns: 120,
      ask: (question: string) => {
        asked.push(question);
        return text;
      },
    });
    const reason = ['--reason', 'The move is done'];
    const no = await room.run(['release', 'main', ...reason], answer('no'));
    expect(no.stdout).toContain('As alerts to up to 1 subscriber, 2 Discord channels');
    expect(no.stdout).toContain('Nothing was done.');
    await room.assemble();
    await room.deliver();
    expect(room.mails()).toEqual([]);
    const yes = await room.run(['release', 'main', ...reason], answer('yes'));
    expect(asked).toEqual(['Type yes to go on: ', 'Type yes to go on: ']);
    expect(yes.stdout).toContain('Released: the feed, 1 article.');
  });

  it('says that it waits while sending is paused', async () => {
    const { run } = await heldFeed();
    await run(['pause', '--reason', 'Quiet, please', '--as', 'marat']);
    const argv = ['release', 'main', '--reason', 'Go', '--yes'];
    expect((await run([...argv, '--dry-run'])).stdout).toContain('Sending was paused by marat');
    expect(JSON.parse((await run([...argv, '--json'])).stdout)).toMatchObject({ waits: true });
  });

  it('of what is not held says so', async () => {
    const { run, id } = await underWay();
    expect((await run(['release', id])).stdout).toBe('Nothing of it is held.\n');
  });
});
