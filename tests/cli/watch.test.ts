import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { openRoom } from '../staff/room.js';
import { broadsheet } from './terminal.js';

const launcher = join(import.meta.dirname, '../../bin/broadsheet.js');

it('says that no service runs, how far things are, and ends by itself', async () => {
  const room = await openRoom();
  await room.reader('amina');
  await room.article('one');
  const { code, stdout } = await broadsheet(['watch', '--for', '1s'], room.cli);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toContain('No service is running');
  expect(lines.slice(1).map((line) => line.replace(/^\S+ +edition \w+ +/, ''))).toEqual(
    expect.arrayContaining(['“Article one”, email: 0 of 1 accepted, 1 waiting']),
  );
});

it('prints a JSON document a line, live, and ends well on Ctrl-C', async () => {
  const room = await openRoom();
  const child = spawn(process.execPath, [launcher, 'watch', '--json'], {
    cwd: room.cli.directory,
    env: { PATH: process.env.PATH, ...room.cli.variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const kinds: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { kind } = JSON.parse(line);
    kinds.push(kind);
    if (kind === 'service.missing') {
      await broadsheet(['pause', '--reason', 'Look', '--as', 'dana'], room.cli);
    }
    if (kind === 'sending.paused') child.kill('SIGINT');
  }
  expect(await exited).toEqual([0, null]);
  expect(kinds).toEqual(['service.missing', 'sending.paused']);
});

it('refuses a time that is none', async () => {
  const room = await openRoom();
  const ran = await broadsheet(['watch', '--for', 'ever'], room.cli);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('Write a span of time such as 30s, 15m, 2h or 7d.');
});
