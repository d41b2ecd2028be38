import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from '../../rig/child.js';
import { serviceRoom } from '../support/service.js';

it("a test send of the demo arrives in the demo's mailbox, and says what to start where that is closed", async () => {
  const room = await serviceRoom(undefined, { PORT: '0' });
  // Not the port that demos prefer: another one would take it when this one is closed.
  await mkdir(join(room.directory, 'data/sandbox'), { recursive: true });
  const remembered = { ports: { smtp: await freePort() } };
  await writeFile(join(room.directory, 'data/sandbox/sandbox.json'), JSON.stringify(remembered));
  const service = await room.start();
  await expect
    .poll(async () => (await room.json('articles')).length, { timeout: 20_000 })
    .toBeGreaterThan(0);
  const [{ id, title }] = await room.json('articles');
  const to = ['--to', 'editor@somewhere.example'];
  expect(await room.json('test-send', id, ...to)).toMatchObject({
    subject: `[Test] ${title}`,
    outcome: 'accepted',
    detail: expect.stringMatching(/^250 /),
  });
  const memory = await readFile(join(room.directory, 'data/sandbox/sandbox.json'), 'utf8');
  expect(JSON.parse(memory)).toMatchObject(remembered);
  const mailbox = `http://127.0.0.1:${JSON.parse(memory).ports.mailbox}/api/messages?to=${to[1]}`;
  expect(await (await fetch(mailbox)).json()).toMatchObject([{ subject: `[Test] ${title}` }]);

  expect(await service.stop()).toBe(0);
  const failed = await room.json('test-send', id, ...to).catch(({ code, stdout }) => ({
    code,
    ...JSON.parse(stdout),
  }));
  expect(failed).toMatchObject({ code: 1, outcome: 'deferred' });
  expect(failed.detail).toContain('start it with "broadsheet serve"');
}, 60_000);
