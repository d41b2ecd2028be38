import { describe, expect, it } from 'vitest';
import { joinProcesses } from '../../src/store/processes.js';
import { openRoom } from '../staff/room.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

/** An article that four readers were sent, and one of them was refused. */
async function sent() {
  const room = await openRoom();
  for (const name of ['amina', 'bolat', 'clara', 'dinara']) await room.reader(name);
  room.faults.rcpt = (address) =>
    address.startsWith('bolat') ? '550 5.7.1 Not today.' : undefined;
  const id = await room.article('one');
  await room.deliver();
  delete room.faults.rcpt;
  const edition = (await room.editionOf(id)).slice(0, 8);
  const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(['resend', id, ...argv], { ...room.cli, ...over });
  return { ...room, id, edition, run };
}

describe('resend', () => {
  it('shows the plan, with what each channel will do, and does nothing with --dry-run', async () => {
    const { run, edition, rounds } = await sent();
    const ran = await run(['--only', 'all', '--dry-run']);
    expect(ran).toEqual({
      code: 0,
      stderr: '',
      stdout: `Alert "Article one" (en, ${edition}), as it was frozen
  discord: posts again in #all, #security (the earlier one stays)
  email: 4 mails, of which 3 to readers who already have it
  rss: nothing travels, the output feed shows it already
`,
    });
    expect(await rounds()).toContain('bolat: rejected');
  });

  it('asks, and above the threshold wants the count typed', async () => {
    const { run, rounds } = await sent();
    const asked: string[] = [];
    const answer = (text: string) => ({
      ask: (question: string) => {
        asked.push(question);
        return text;
      },
    });
    const all = ['--only', 'all', '--reason', 'Wrong figures'];
    expect((await run(all, answer('yes'))).stdout).toContain('Nothing was done.');
    expect(asked).toEqual(['Type the number of readers, 6, to go on: ']);
    expect(await rounds()).toContain('amina: accepted');
    expect((await run(all, answer('6'))).stdout).toContain(
      '6 deliveries are planned. It goes out when a service runs: "broadsheet serve".',
    );
    expect(await rounds()).toContain('amina: accepted pending');
  });

  it('asks for a plain yes below the threshold', async () => {
    const { run, rounds } = await sent();
    const asked: string[] = [];
    const ask = (question: string) => {
      asked.push(question);
      return 'yes';
    };
    await run(['--reason', 'Their server was down'], { ask });
    expect(asked).toEqual(['Type yes to go on: ']);
    expect(await rounds()).toContain('bolat: rejected pending');
  });

  it('with --yes wants a reason, and without anybody to ask does nothing', async () => {
    const { run, rounds } = await sent();
    const without = await run(['--yes']);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('Say why with --reason');
    const nobody = await run(['--reason', 'Why not']);
    expect(nobody.stdout).toContain('Nothing was done.');
    expect(await rounds()).toContain('bolat: rejected');
  });

  it('says who made it when it is run again for the same reason', async () => {
    const { run, deliver, mails } = await sent();
    const argv = ['--only', 'all', '--channel', 'email', '--reason', 'Once', '--yes'];
    await run([...argv, '--as', 'alma']);
    await deliver();
    const again = await run([...argv, '--as', 'boris']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('left out: 4 had it again for this reason');
    expect(again.stdout).toMatch(/It was sent again for this reason by alma .*another reason\./);
    expect(mails()).toHaveLength(7);
  });

  it('prints JSON, and says whether it waits for a service', async () => {
    const { run, database } = await sent();
    const waits = JSON.parse((await run(['--reason', 'a', '--yes', '--json'])).stdout);
    expect(waits).toMatchObject({
      count: 1,
      result: 'done',
      deliveries: 1,
      waits: true,
      editions: [{ correction: null, count: 1, done: null }],
    });
    const service = await joinProcesses(database, ['deliver']);
    const argv = ['--only', 'all', '--to', '#all', '--reason', 'b', '--yes', '--json'];
    const running = JSON.parse((await run(argv)).stdout);
    expect(running).toMatchObject({ result: 'done', deliveries: 1, waits: false });
    await service.close();
  });

  it('marks a newer revision in the plan', async () => {
    const { run, revise } = await sent();
    await revise('one', { title: 'Article one, put right' });
    const { stdout } = await run(['--only', 'all', '--dry-run']);
    expect(stdout).toMatch(
      /^Alert "Article one, put right" \(en, [0-9a-f]{8}\): revision 2, marked as updated, to those who were sent revision 1\n/,
    );
    expect(stdout).toContain('email: 4 mails, of which 3 to readers who have an earlier revision');
  });

  it.each([
    [['--program', 'xxx', '--dry-run'], 2, 'There is no program "xxx". Write one of: spp, eep.'],
    [['--only', 'some'], 2, 'Allowed choices are missing, rejected, uncertain, all.'],
    [['--to', 'x@y.example', '--dry-run'], 1, 'use "broadsheet test-send"'],
  ])('refuses %j', async (argv, code, message) => {
    const { run } = await sent();
    const ran = await run(argv);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
  });
});
