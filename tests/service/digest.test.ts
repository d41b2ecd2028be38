import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort, serviceRoom } from '../support/service.js';

interface Mail {
  readonly subject: string;
  readonly envelope: { readonly recipients: readonly string[] };
}

interface Edition {
  readonly kind: 'alert' | 'digest';
  readonly title: string;
  readonly counts: Record<string, Record<string, number>>;
}

it('brings everybody their digest at their own hour, once, also over a crash', async () => {
  const room = await serviceRoom(undefined, { PORT: String(await freePort()) });
  let service = await room.start();
  const editions = async (kind: Edition['kind']): Promise<Edition[]> =>
    (await room.json('status')).editions.filter((one: Edition) => one.kind === kind);
  async function mailsTo(name: string): Promise<Mail[]> {
    const memory = await readFile(join(room.directory, 'data/sandbox/sandbox.json'), 'utf8');
    const port = JSON.parse(memory).ports.mailbox;
    const answer = await fetch(`http://127.0.0.1:${port}/api/messages`);
    const mails = (await answer.json()) as Mail[];
    return mails.filter(({ envelope }) => envelope.recipients.join().startsWith(`${name}@`));
  }
  const accepted = (edition: Edition | undefined) =>
    edition && Object.values(edition.counts).every((one) => Object.keys(one).join() === 'accepted');
  await expect
    .poll(async () => accepted((await editions('alert'))[0]), { timeout: 45_000, interval: 500 })
    .toBe(true);
  const [alert] = await editions('alert');
  for (const reader of ['farida', 'gulnara', 'henrik']) expect(await mailsTo(reader)).toEqual([]);

  /** Sets the clock to the next close, until the reader has their digest. */
  async function letTimePassFor(reader: string) {
    for (let windows = 0; windows < 25; windows++) {
      if ((await mailsTo(reader)).length > 0) return;
      await fetch(`${service.url}/demo/clock/window`, { method: 'POST', redirect: 'manual' });
      const due = async () => (await room.json('digest')).closes.length;
      await expect.poll(due, { timeout: 30_000, interval: 300 }).toBe(0);
      const settled = async () => (await editions('digest')).every(accepted);
      await expect.poll(settled, { timeout: 30_000, interval: 300 }).toBe(true);
    }
  }
  await letTimePassFor('farida');
  const [daily] = await mailsTo('farida');
  expect(daily?.subject).toBe(alert?.title);
  const digest = (await editions('digest')).find(({ counts }) => counts.discord);
  expect(digest?.counts).toEqual({
    email: { accepted: 1 },
    discord: { accepted: 1 },
    rss: { accepted: 2 },
  });
  for (const path of ['all/digests.rss', 'all/digests.atom', 'all/digests.json']) {
    const feed = await fetch(`${service.url}/feeds/${path}`);
    expect(await feed.text()).toContain(alert?.title);
  }

  await service.kill();
  service = await room.start();
  await letTimePassFor('henrik');
  // The newsroom publishes again after its restart, so there may be more digests, but none twice.
  const subjects = (await mailsTo('farida')).map(({ subject }) => subject);
  expect(new Set(subjects).size).toBe(subjects.length);
  expect(subjects.filter((subject) => subject.startsWith(alert?.title ?? ''))).toHaveLength(1);
  expect(await mailsTo('henrik')).toHaveLength(1);
  expect(await service.stop()).toBe(0);
}, 240_000);
