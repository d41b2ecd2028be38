import { describe, expect, it } from 'vitest';
import { openRoom } from '../staff/room.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

/** Two editions whose answers were lost for clara, and one of them for dinara too. */
async function lostAnswers() {
  const room = await openRoom();
  for (const name of ['amina', 'clara', 'dinara']) await room.reader(name);
  const lose = (...names: string[]) => {
    room.faults.dropAfterDot = ({ to }) => names.some((name) => to[0]?.startsWith(name));
  };
  lose('clara');
  const first = await room.editionOf(await room.article('one'));
  await room.deliver();
  lose('clara', 'dinara');
  const second = await room.editionOf(await room.article('two'));
  await room.deliver();
  delete room.faults.dropAfterDot;
  const run = (argv: readonly string[], over: Partial<TerminalOptions> = {}) =>
    broadsheet(['uncertain', ...argv], { ...room.cli, ...over });
  return { ...room, first, second, run };
}

describe('uncertain', () => {
  it('lists what is uncertain, to whom and why', async () => {
    const { run, second } = await lostAnswers();
    const { stdout } = await run([]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    const line = lines.find((one) => one.includes('dinara@readers.example'));
    expect(line).toContain(second.slice(0, 8));
    expect(line).toContain('answer was lost');
    expect(JSON.stringify(JSON.parse((await run(['--json'])).stdout))).not.toContain('@');
  });

  it('settles those of one edition as accepted, and sends nothing', async () => {
    const room = await lostAnswers();
    const argv = [room.second.slice(0, 8), '--accepted', '--reason', 'Their log has them'];
    expect((await room.run([...argv, '--dry-run'])).stdout).toContain(
      'They would be settled as accepted.',
    );
    expect((await room.run(argv)).stdout).toContain('Settled as accepted: 2.');
    expect(await room.rounds()).toEqual(
      ['amina: accepted accepted', 'clara: uncertain accepted', 'dinara: accepted accepted'].sort(),
    );
  });

  it('sends again to exactly those, after the plan and a yes', async () => {
    const room = await lostAnswers();
    const argv = ['--all', '--resend', '--reason', 'Their queue was lost'];
    const plan = await room.run(argv);
    expect(plan.stdout).toContain('email: 1 mail');
    expect(plan.stdout).toContain('email: 2 mails');
    expect(plan.stdout).toContain('Nothing was done.');
    const done = await room.run([...argv, '--yes']);
    expect(done.stdout).toContain('2 deliveries are planned.');
    const before = room.mails().length;
    await room.deliver();
    expect(room.mails().slice().sort()).toHaveLength(before + 3);
    expect((await room.run([])).stdout).toBe('Nothing is uncertain.\n');
  });

  it.each([
    [['--accepted', '--reason', 'x'], 'Name the edition to settle, or write --all.'],
    [['--all', '--accepted', '--resend'], 'Write --accepted or --resend, not both.'],
    [['4f9c', '--all', '--accepted'], 'Name an edition, or write --all, not both.'],
    [['--all', '--accepted'], 'Say why with --reason "…".'],
  ])('refuses %j', async (argv, message) => {
    const room = await openRoom();
    const ran = await broadsheet(['uncertain', ...argv], room.cli);
    expect(ran).toEqual({ code: 2, stdout: '', stderr: `${message}\n` });
  });
});
