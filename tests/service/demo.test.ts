import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort, type ServiceRoom, serviceRoom } from '../support/service.js';

interface Mail {
  readonly messageId: string;
  readonly subject: string;
  readonly envelope: { readonly recipients: readonly string[] };
}

async function sandboxUrl(room: ServiceRoom, part: string): Promise<string> {
  const memory = await readFile(join(room.directory, 'data/sandbox/sandbox.json'), 'utf8');
  return `http://127.0.0.1:${JSON.parse(memory).ports[part]}`;
}

it('shows a new article arrive at everybody who asked for it, once, also over a crash and restarts', async () => {
  const room = await serviceRoom(undefined, { PORT: String(await freePort()) });
  let service = await room.start();
  const mails = async () => {
    const answer = await fetch(`${await sandboxUrl(room, 'mailbox')}/api/messages`);
    const all = (await answer.json()) as Mail[];
    return all.filter(({ envelope }) => !/farida|gulnara|henrik/.test(envelope.recipients.join()));
  };
  // A window of a digest may close while this runs.
  const editions = async () =>
    (await room.json('status')).editions.filter(({ kind }: { kind: string }) => kind === 'alert');
  /** Waits until this many articles went out, and nothing of them is under way. */
  const settled = (count: number) =>
    expect
      .poll(
        async () =>
          (await editions()).filter(({ counts }: { counts: Record<string, object> }) =>
            ['email', 'discord', 'rss'].every(
              (channel) => Object.keys(counts[channel] ?? {}).join() === 'accepted',
            ),
          ).length,
        { timeout: 45_000, interval: 500 },
      )
      .toBe(count);

  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${service.url}/`)).text()).toContain('Publish an article');
  await settled(1);
  const [first] = await editions();
  const received = await mails();
  expect(received.map(({ subject }) => subject)).toEqual(received.map(() => first.title));
  expect(received).toHaveLength(first.counts.email.accepted);
  expect(first.counts).toMatchObject({ discord: { accepted: 2 }, rss: { accepted: 2 } });
  expect(await (await fetch(`${service.url}/feeds/all.atom`)).text()).toContain(first.title);

  await service.kill();
  service = await room.start();
  await settled(2);
  expect(await service.stop()).toBe(0);
  service = await room.start();
  await fetch(`${service.url}/demo/publish`, { method: 'POST', redirect: 'manual' });
  // This one, and the one that each start brings by itself.
  await settled(4);

  const all = await mails();
  const planned = (await editions()).map(
    ({ counts }: { counts: { email: { accepted: number } } }) => counts.email.accepted,
  );
  expect(all).toHaveLength(planned.reduce((sum: number, count: number) => sum + count, 0));
  expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(all.length);
  expect(
    new Set(all.map(({ subject, envelope }) => `${subject} ${envelope.recipients}`)).size,
  ).toBe(all.length);
  await service.stop();
}, 180_000);

it('takes a sign-up, whose letter arrives in its mailbox and makes a subscriber', async () => {
  const room = await serviceRoom(undefined, { PORT: String(await freePort()) });
  const { url } = await room.start();
  expect(await (await fetch(url)).text()).toContain('href="/sign-up"');
  const form = await (await fetch(`${url}/sign-up`)).text();
  const body = new URLSearchParams({
    email: 'zoe@new.example',
    program: 'security',
    cadence: 'weekly',
    started: /name="started" value="([^"]+)"/.exec(form)?.[1] ?? '',
  });
  // Nobody fills in a form at once, so it is shown again until a person could have.
  const post = async () => (await fetch(`${url}/sign-up`, { method: 'POST', body })).status;
  await expect.poll(post, { timeout: 15_000, interval: 500 }).toBe(200);

  const mailbox = await sandboxUrl(room, 'mailbox');
  const letter = async () => {
    const all = (await (await fetch(`${mailbox}/api/messages`)).json()) as (Mail & {
      id: string;
    })[];
    return all.find(({ envelope }) => envelope.recipients.includes('zoe@new.example'));
  };
  await expect.poll(letter, { timeout: 15_000 }).toBeDefined();
  const raw = await (await fetch(`${mailbox}/messages/${(await letter())?.id}/raw`)).text();
  const unfolded = raw.replace(/=\r?\n/g, '').replaceAll('=3D', '=');
  const link = new RegExp(`${url}/confirm/[\\w.~-]+`).exec(unfolded)?.[0] ?? '';
  expect((await fetch(link, { method: 'POST' })).status).toBe(200);
  const shown = await room.json('subscribers', 'show', 'zoe@new.example');
  expect(JSON.stringify(shown)).toContain('"weekly"');
}, 60_000);
