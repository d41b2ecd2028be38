import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { destinationRow, putLanguage } from '../../src/store/destinations.js';
import { forgetDestinations } from '../../src/store/forget.js';
import { deriveKeys } from '../../src/subscribers/keys.js';
import { idToken, unsubscribeToken } from '../../src/subscribers/tokens.js';
import { secret } from '../staff/room.js';
import { openReaders, type Readers } from './readers.js';

async function reader(room: Readers, name = 'dana') {
  const id = await room.reader(name, { programs: ['spp'], cadence: 'instant' });
  return { id, path: `/preferences/${idToken(room.keys, 'preferences', id)}` };
}

const usual = { 'cadence-spp': 'instant', 'cadence-eep': 'none', hour: '8', weekday: '1' };

describe('the preferences', () => {
  it('show what a reader has, and change all of it with consent on record', async () => {
    const room = await openReaders();
    const { id, path } = await reader(room);
    const before = await room.get(path);
    expect(before.text).toContain('d…@readers.example');
    expect(before.text).not.toContain('dana@readers.example');
    expect(before.text).toMatch(/id="cadence-spp"[\s\S]*?value="instant" selected/);

    const saved = await room.post(path, {
      'cadence-spp': 'none',
      'cadence-eep': 'weekly',
      hour: '19',
      weekday: '5',
      timezone: 'Asia/Almaty',
      language: 'ru',
      until: '',
    });
    expect(saved.text).toContain('Сохранено.');
    expect(await destinationRow(room.database, id)).toMatchObject({
      profile: { eep: 'weekly' },
      schedule: { timezone: 'Asia/Almaty', hour: 19, weekday: 5 },
      language: 'ru',
    });
    const { rows } = await room.database.query(
      'select act, programs, origin, actor, evidence from consents order by id',
    );
    expect(rows.slice(1)).toEqual([
      {
        ...{ act: 'given', programs: ['eep'], origin: 'preferences page', actor: 'reader' },
        evidence: {
          page: 'preferences page',
          network: '127.0.0.0/24',
          text: expect.stringContaining('Я хочу получать письма'),
          textVersion: expect.stringMatching(/^[0-9a-f]{12}$/),
        },
      },
      {
        ...{ act: 'withdrawn', programs: ['spp'], origin: 'preferences page', actor: 'reader' },
        evidence: null,
      },
    ]);
    expect(room.journal).toMatchObject([{ kind: 'left', destination: id, programs: ['spp'] }]);
  });

  it('are nobody’s who has no link, or who left everything', async () => {
    const room = await openReaders();
    const { id, path } = await reader(room);
    expect((await room.get(`${path}x`)).status).toBe(404);
    await room.subscribers.leave(
      unsubscribeToken(room.keys, { destination: id, programs: ['spp'] }),
      'all',
    );
    expect((await room.get(path)).status).toBe(404);
    const answer = await room.post(path, usual);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('/sign-up');
    expect((await destinationRow(room.database, id))?.profile).toEqual({});
  });

  it('take no schedule, program or day that does not exist', async () => {
    const room = await openReaders();
    const { id, path } = await reader(room);
    for (const until of ['2020-01-01', '2026-02-31x', '9999-01-01', '2026-13-40']) {
      const wrong = { hour: '24', weekday: '0', timezone: '+05:00', language: 'xx', until };
      await room.post(path, { ...usual, 'cadence-nothing': 'daily', 'cadence-spp': 'x', ...wrong });
    }
    expect(await destinationRow(room.database, id)).toMatchObject({
      schedule: { hour: 8, weekday: 1 },
      language: 'en',
      pausedUntil: null,
    });
    expect(room.errors).toEqual([]);
  });
});

describe('a pause', () => {
  it('skips alerts and closes windows as empty with that reason, until its day', async () => {
    const room = await openReaders();
    const { id, path } = await reader(room);
    await room.reader('awake');
    await room.post(path, { ...usual, 'cadence-eep': 'daily', until: '2026-03-10' });
    expect((await room.get(path)).text).toContain('value="2026-03-10"');

    await room.article('one', { programs: ['spp'] });
    await room.article('two', { programs: ['eep'] });
    await room.deliver();
    expect(room.mails()).toEqual(['awake: Article one']);
    const { rows } = await room.database.query(
      'select state, detail from deliveries where destination_id = $1',
      [id],
    );
    const reason = 'The reader is paused until 2026-03-10.';
    expect(rows).toEqual([{ state: 'skipped', detail: reason }]);

    room.wait(86_400);
    await room.assemble();
    const windows = await room.database.query(
      'select edition_id, reason from windows where destination_id = $1',
      [id],
    );
    expect(windows.rows).toEqual([{ edition_id: null, reason }]);

    room.wait(8 * 86_400);
    await room.article('three', { programs: ['spp'] });
    await room.deliver();
    expect(room.mails()).toContain('dana: Article three');
  });
});

describe('a change of address', () => {
  async function asked() {
    const room = await openReaders();
    const { id, path } = await reader(room);
    const answer = await room.post(`${path}/address`, { email: 'new@else.example' });
    expect(answer.text).toContain('Check your mail');
    await room.write();
    const links = ['dana@readers.example', 'new@else.example'].map(
      (address) => room.letter(address)?.path ?? '',
    );
    const address = async () => (await destinationRow(room.database, id))?.address;
    return { room, id, path, old: links[0] ?? '', fresh: links[1] ?? '', address };
  }

  it('is made once both ends have confirmed it, and old links stay good', async () => {
    const { room, id, path, old, fresh, address } = await asked();
    for (const link of [old, fresh])
      expect((await room.get(link)).text).toContain('n…@else.example');
    expect((await room.post(fresh, {})).text).toContain('Half done');
    expect((await room.post(fresh, {})).text).toContain('Half done');
    expect(await address()).toBe('dana@readers.example');
    expect((await room.post(old, {})).text).toContain('The address is changed');
    expect((await room.post(fresh, {})).text).toContain('The address is changed');
    expect(await address()).toBe('new@else.example');
    expect((await room.get(path)).status).toBe(200);

    // Whoever comes to the old address later is somebody else to the ledger.
    room.wait(86_400);
    await room.signUp('dana@readers.example');
    await room.write();
    await room.post(room.letter('dana@readers.example')?.path ?? '', {});
    const { rows } = await room.database.query(
      `select id = $1 as same, address from destinations where channel = 'email' order by address`,
      [id],
    );
    expect(rows).toEqual([
      { same: false, address: 'dana@readers.example' },
      { same: true, address: 'new@else.example' },
    ]);
  });

  it('is not made by one end, by a link that is too old, nor onto another subscriber', async () => {
    const { room, old, fresh, address } = await asked();
    await room.post(old, {});
    await room.reader('new', { address: 'new@else.example' });
    expect((await room.post(fresh, {})).status).toBe(404);
    expect(await address()).toBe('dana@readers.example');
    room.wait(4 * 86_400);
    expect((await room.post(fresh, {})).status).toBe(404);
  });

  it('is asked for once a day at most', async () => {
    const { room, path } = await asked();
    await room.post(`${path}/address`, { email: 'third@else.example' });
    const wrong = await room.post(`${path}/address`, { email: 'no address' });
    expect([wrong.status, wrong.text]).toEqual([
      422,
      expect.stringContaining('<details class="after" open>'),
    ]);
    expect((await room.database.query('select from letters')).rowCount).toBe(2);
    room.wait(86_401);
    await room.post(`${path}/address`, { email: 'third@else.example' });
    expect((await room.database.query('select from letters')).rowCount).toBe(4);
  });
});

describe('leaving', () => {
  it('works by a link of years ago, after the secret was changed, as providers post it', async () => {
    const room = await openReaders();
    const { id } = await reader(room);
    await room.post(`/preferences/${idToken(room.keys, 'preferences', id)}`, {
      ...usual,
      'cadence-eep': 'daily',
    });
    const token = unsubscribeToken(room.keys, { destination: id, programs: ['spp'] });
    room.wait(5 * 365 * 86_400);
    // The same ledger under a new secret.
    const keys = deriveKeys('another secret', { old: [secret], root: room.keys.fingerprint });
    const rotated = await openReaders({}, { room, keys });
    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    const answer = await rotated.app.request(`/unsubscribe/${token}`, {
      method: 'POST',
      body: form,
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    expect((await destinationRow(room.database, id))?.profile).toEqual({ eep: 'daily' });
    const broken = await rotated.post(`/unsubscribe/${token.slice(0, -1)}`, {
      'List-Unsubscribe': 'One-Click',
    });
    expect(broken.status).toBe(404);
  });

  it('speaks the reader’s language, and works for one whom a restored ledger does not know', async () => {
    const room = await openReaders();
    const { id } = await reader(room);
    await putLanguage(room.database, id, 'ru');
    const path = `/unsubscribe/${unsubscribeToken(room.keys, { destination: id, programs: ['spp'] })}`;
    expect((await room.get(path)).text).toContain('<html lang="ru"');
    expect((await room.post(path, { scope: 'all' })).text).toContain('<html lang="ru"');

    const unknown = { destination: randomUUID(), programs: ['spp'] };
    const link = `/unsubscribe/${unsubscribeToken(room.keys, unknown)}`;
    expect((await room.get(link)).text).toContain('name="scope" value="programs"');
    expect((await room.post(link, { scope: 'programs' })).status).toBe(200);
  });

  it('keeps why, where the reader says it, without any address', async () => {
    const room = await openReaders();
    const { id } = await reader(room);
    const token = unsubscribeToken(room.keys, { destination: id, programs: ['spp'] });
    const reason = 'Too much.\nAsk me@home.example';
    const bye = await room.post(`/unsubscribe/${token}`, { scope: 'programs', reason });
    expect(bye.text).toContain('Changed your mind?');
    const { rows } = await room.database.query(
      `select message from events where kind = 'subscriber.left'`,
    );
    expect(rows[0].message).toMatch(/They say: Too much\. Ask …$/);

    // It goes with the person.
    const address = room.keys.addressHash('email', 'dana@readers.example').toString('hex');
    const at = room.clock.now.toISOString();
    await forgetDestinations(room.database, [{ at, address }]);
    const { rows: after } = await room.database.query(
      `select message from events where kind = 'subscriber.left'`,
    );
    expect(after[0].message).toMatch(/through the unsubscribe link\.$/);
  });
});

it('a scanner that GETs and HEADs every link of every mail and page changes nothing', async () => {
  const room = await openReaders();
  const { path } = await reader(room);
  await room.signUp('new@readers.example');
  await room.post(`${path}/address`, { email: 'moved@else.example' });
  await room.article('one');
  await room.deliver();
  await room.write();
  const mails = room.mail.received.map(({ raw }) =>
    String(raw).replace(/=\r\n/g, '').replaceAll('=3D', '=').replaceAll('&amp;', '&'),
  );
  expect(mails.length).toBeGreaterThanOrEqual(4);
  const state = async () => {
    const tables = [
      'destinations',
      'subscriptions',
      'consents',
      'suppressions',
      'signups',
      'events',
    ];
    const found = [];
    for (const table of [...tables, 'address_changes', 'letters', 'limits']) {
      const { rows } = await room.database.query(`select t::text from ${table} t order by 1`);
      found.push(rows);
    }
    return JSON.stringify([found, room.journal]);
  };
  const before = await state();
  const todo = mails.flatMap((mail) => linksOf(mail));
  const seen = new Set<string>();
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const method of ['HEAD', 'GET', 'OPTIONS']) {
      const answer = await room.app.request(path, { method });
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.status).toBeLessThan(500);
      const text = await answer.text();
      if (method === 'GET' && /html/.test(answer.headers.get('content-type') ?? '')) {
        todo.push(...linksOf(text));
      }
    }
  }
  const kinds = new Set([...seen].map((path) => path.split('/')[1]));
  expect([...kinds]).toEqual(
    expect.arrayContaining(['unsubscribe', 'preferences', 'confirm', 'change', 'editions']),
  );
  await room.settled();
  expect(await state()).toBe(before);
  expect(room.errors).toEqual([]);
});

/** The paths of links and forms to these pages. */
function linksOf(text: string): string[] {
  const found = text.matchAll(/(?:https:\/\/letters\.test|(?:href|action)=")(\/[^\s"<>)\]]*)/g);
  return [...found].map(([, path]) => path as string);
}
