import { describe, expect, it } from 'vitest';
import { destinationByAddress, isSuppressed } from '../../src/store/destinations.js';
import { pauseUntil } from '../../src/store/profiles.js';
import { openReaders, type Readers, startedOf } from './readers.js';

const hashOf = ({ keys }: Readers, address: string) => keys.addressHash('email', address);

const readerAt = (room: Readers, address: string) =>
  destinationByAddress(room.database, 'email', hashOf(room, address));

const letters = async ({ database }: Readers) =>
  (await database.query('select address from letters order by created_at')).rows;

describe('signing up', () => {
  it('makes a subscriber of who confirms, with what they agreed to on record', async () => {
    const room = await openReaders();
    const answer = await room.signUp('Dana@Readers.example', {
      program: ['spp', 'eep'],
      hour: '19',
      timezone: 'Asia/Almaty',
      language: 'ru',
    });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('Проверьте почту');
    expect(await readerAt(room, 'dana@readers.example')).toBeUndefined();

    await room.write();
    const { path, raw } = room.letter('Dana@readers.example') ?? { path: '', raw: '' };
    expect(raw).toContain('Auto-Submitted: auto-generated');
    const asked = await room.get(path);
    expect(asked.text).toContain('Подтвердите подписку');
    expect(await readerAt(room, 'dana@readers.example')).toBeUndefined();

    expect((await room.post(path, {}, '203.0.113.77')).text).toContain('Вы подписаны');
    expect(await readerAt(room, 'dana@readers.example')).toMatchObject({
      address: 'Dana@readers.example',
      language: 'ru',
      profile: { spp: 'daily', eep: 'daily' },
      schedule: { timezone: 'Asia/Almaty', hour: 19, weekday: 1 },
    });
    const { rows } = await room.database.query('select act, origin, actor, evidence from consents');
    expect(rows).toEqual([
      {
        act: 'given',
        origin: 'sign-up page',
        actor: 'reader',
        evidence: {
          page: 'sign-up page',
          network: '127.0.0.0/24',
          text: expect.stringContaining('Я хочу получать письма'),
          textVersion: expect.stringMatching(/^[0-9a-f]{12}$/),
          signedUpAt: expect.any(String),
          confirmedFrom: '203.0.113.0/24',
        },
      },
    ]);
    // Once more, and long after: the same, and nothing changes.
    room.wait(90 * 86_400);
    expect((await room.post(path, {})).text).toContain('Вы подписаны');
    expect((await room.database.query('select from consents')).rowCount).toBe(1);
    expect(room.errors).toEqual([]);
  });

  it('writes to an address once a day at most, and takes no link that is too old', async () => {
    const room = await openReaders();
    await room.signUp('dana@readers.example');
    await room.signUp('DANA@readers.example');
    expect(await letters(room)).toHaveLength(1);
    await room.write();
    const { path = '' } = room.letter('dana@readers.example') ?? {};
    room.wait(3 * 86_400);
    expect((await room.get(path)).status).toBe(404);
    const late = await room.post(path, {});
    expect(late.text).toContain('Sign up again');
    expect(await readerAt(room, 'dana@readers.example')).toBeUndefined();
    await room.signUp('dana@readers.example');
    expect(await letters(room)).toHaveLength(2);
    expect((await room.get(`${path}x`)).status).toBe(404);
    expect((await room.get('/confirm/nonsense')).status).toBe(404);
  });

  it('brings back who left everything, and keeps what a reader chose before', async () => {
    const room = await openReaders();
    await room.reader('dana', { programs: ['spp'], cadence: 'weekly' });
    const links = await room.reader('ilyas');
    const { unsubscribeToken } = await import('../../src/subscribers/tokens.js');
    const token = unsubscribeToken(room.keys, { destination: links, programs: ['spp'] });
    await room.subscribers.leave(token, 'all');
    for (const name of ['dana', 'ilyas']) {
      await room.signUp(`${name}@readers.example`, { program: ['eep'] });
      await room.write();
      await room.post(room.letter(`${name}@readers.example`)?.path ?? '', {});
    }
    const profiles = [];
    for (const name of ['dana', 'ilyas']) {
      profiles.push((await readerAt(room, `${name}@readers.example`))?.profile);
    }
    expect(profiles).toEqual([{ spp: 'weekly', eep: 'daily' }, { eep: 'daily' }]);
    expect(await isSuppressed(room.database, hashOf(room, 'ilyas@readers.example'))).toBe(false);
    expect(room.journal).toMatchObject([{ kind: 'lifted', actor: 'reader' }]);
  });

  it('ends a pause, as the page says that mail comes now', async () => {
    const room = await openReaders();
    const id = await room.reader('dana');
    await pauseUntil(room.database, id, new Date('2999-01-01'));
    await room.signUp('dana@readers.example', { program: ['eep'] });
    await room.write();
    await room.post(room.letter('dana@readers.example')?.path ?? '', {});
    expect((await readerAt(room, 'dana@readers.example'))?.pausedUntil).toBeNull();
  });
});

describe('whoever signs up learns nothing of who is a reader', () => {
  it('from the answer, nor from what is done until then', async () => {
    const room = await openReaders({
      subscribers: { unwantedDomains: ['throwaway.example'] },
      signUp: { confirmWithin: 259_200, perNetwork: 100, altogether: 100, origins: [] },
    } as never);
    const id = await room.reader('known');
    const { unsubscribeToken } = await import('../../src/subscribers/tokens.js');
    await room.reader('gone');
    await room.subscribers.leave(
      unsubscribeToken(room.keys, { destination: id, programs: ['spp'] }),
      'all',
    );
    // Nothing of the ledger is asked before the answer but the limits.
    const asked: string[] = [];
    const { query } = room.database;
    room.database.query = ((...given: Parameters<typeof query>) => {
      const [first] = given as unknown as [string | { text: string }];
      asked.push(typeof first === 'string' ? first : first.text);
      return query(...given);
    }) as typeof query;
    const answers = [];
    for (const address of [
      'known@readers.example',
      'gone@readers.example',
      'new@readers.example',
      'x@throwaway.example',
    ]) {
      const started = startedOf((await room.get('/sign-up')).text);
      room.wait(5);
      asked.length = 0;
      const response = room.app.request(
        '/sign-up',
        {
          method: 'POST',
          body: new URLSearchParams({ email: address, program: 'spp', started }),
        },
        { incoming: { socket: { remoteAddress: '198.51.100.7' } } },
      );
      const answer = await response;
      answers.push({ status: answer.status, text: await answer.text(), asked: [...asked] });
      await room.settled();
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.asked.every((sql) => sql.includes('"limits"'))).toBe(true);
    // Suppressed, known or new: each is asked by a letter; what is unwanted is not.
    expect(await letters(room)).toHaveLength(3);
  });

  it('from how long the answer takes', async () => {
    const signUp = { confirmWithin: 259_200, perNetwork: 1_000, altogether: 1_000, origins: [] };
    const room = await openReaders({ signUp });
    const count = 60;
    for (let n = 0; n < count; n++) await room.reader(`known${n}`);
    const started = startedOf((await room.get('/sign-up')).text);
    room.wait(5);
    const took = { known: [] as number[], new: [] as number[] };
    const once = async (name: keyof typeof took, n: number) => {
      const email = `${name}${n}@readers.example`;
      const body = new URLSearchParams({ email, program: 'spp', started });
      const begun = performance.now();
      await (await room.app.request('/sign-up', { method: 'POST', body })).text();
      took[name].push(performance.now() - begun);
      await room.settled();
    };
    for (let n = 0; n < count; n++) {
      // In turns, and each first as often, so that nothing else makes a difference.
      const names = n % 2 ? (['known', 'new'] as const) : (['new', 'known'] as const);
      for (const name of names) await once(name, n);
    }
    // How often a known address took longer than a new one (Mann and Whitney). Half the times where there is
    // no difference, with a deviation of 0.05: the bounds are five of those away.
    const pairs = took.known.flatMap((known) => took.new.map((fresh) => known > fresh));
    const longer = pairs.filter(Boolean).length / pairs.length;
    expect(longer).toBeGreaterThan(0.24);
    expect(longer).toBeLessThan(0.76);
  }, 60_000);

  it('and robots are told the same as people', async () => {
    const room = await openReaders();
    const answer = await room.signUp('dana@readers.example', { website: 'https://spam.example' });
    expect(answer.text).toContain('Check your mail');
    expect(await letters(room)).toEqual([]);
  });
});

describe('a form that is not right', () => {
  it.each([
    ['no address', { email: 'dana' }, 'Write your e-mail address'],
    ['an address that is cut off', { email: 'dana@readers' }, 'Write your e-mail address'],
    ['an address with a slip', { email: 'dana@readers,example' }, 'Write your e-mail address'],
    ['no program', { program: 'nothing' }, 'Choose at least one program.'],
    ['a token that is not ours', { started: 'x' }, 'press the button once more'],
  ])('with %s is shown again with what was chosen, and writes nothing', async (_, over, says) => {
    const room = await openReaders();
    const answer = await room.signUp('dana@readers.example', { hour: '7', ...over });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(says);
    expect(answer.text).toContain('<option value="7" selected>');
    expect(await letters(room)).toEqual([]);
  });

  it('that comes back sooner than a person writes is shown again, and then taken', async () => {
    const room = await openReaders();
    const started = startedOf((await room.get('/sign-up')).text);
    const fields = { email: 'dana@readers.example', program: 'spp', started };
    const soon = await room.post('/sign-up', fields);
    expect(soon.status).toBe(422);
    room.wait(5);
    const again = { ...fields, started: startedOf(soon.text) };
    expect((await room.post('/sign-up', again)).status).toBe(200);
  });

  it.each([
    'dana@readers.example\r\nBcc: all@readers.example',
    '"><script>alert(1)</script>@x.example',
    'dana@readers.example%0aBcc:x@y.example',
    'a@b.example,c@d.example',
  ])('or holds %j puts nothing into a header or a page', async (address) => {
    const room = await openReaders();
    const answer = await room.signUp(address, { program: [] });
    expect(answer.text).not.toContain('<script>alert');
    await room.signUp(address);
    await room.write();
    for (const { raw, to } of room.mail.received) {
      expect(to).toHaveLength(1);
      expect(String(raw).split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
    }
  });
});

describe('many sign-ups', () => {
  const limits = { confirmWithin: 259_200, perNetwork: 3, altogether: 8, origins: [] };

  it('from one network are refused after some, whatever they claim of proxies', async () => {
    const room = await openReaders({ signUp: limits });
    const statuses = [];
    for (let n = 0; n < 5; n++) {
      const started = startedOf((await room.get('/sign-up')).text);
      room.wait(5);
      const fields = { email: `r${n}@readers.example`, program: 'spp', started };
      const forged = { 'x-forwarded-for': `192.0.2.${n}` };
      statuses.push((await room.post('/sign-up', fields, '198.51.100.7', forged)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    // An IPv6 network is one, whatever its last 64 bits.
    const six = [];
    for (let n = 0; n < 4; n++) {
      six.push((await room.signUp(`s${n}@readers.example`, {}, `2001:db8:0:1::${n}`)).status);
    }
    expect(six).toEqual([200, 200, 200, 429]);
  });

  it('are counted by client behind proxies that the config trusts', async () => {
    const room = await openReaders({ signUp: limits, web: { trustedProxies: ['10.0.0.0/8'] } });
    const from = async (client: string, address: string) => {
      const started = startedOf((await room.get('/sign-up')).text);
      room.wait(5);
      const fields = { email: address, program: 'spp', started };
      const headers = { 'x-forwarded-for': `6.6.6.6, ${client}, 10.1.1.1` };
      return (await room.post('/sign-up', fields, '10.0.0.2', headers)).status;
    };
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push(await from('192.0.2.1', `r${n}@readers.example`));
    statuses.push(await from('192.0.2.2', 'other@readers.example'));
    expect(statuses).toEqual([200, 200, 200, 429, 200]);
  });

  it('from everywhere are refused in the end, and each address is written to once', async () => {
    const room = await openReaders({ signUp: limits });
    const statuses = [];
    for (let n = 0; n < 10; n++) {
      const address = `victim${n % 2}@readers.example`;
      statuses.push((await room.signUp(address, {}, `203.0.${n}.1`)).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(8);
    expect(await letters(room)).toHaveLength(2);
    // Staff are told, once.
    const { rows } = await room.database.query(
      `select level, message from events where kind = 'signups.limited'`,
    );
    expect(rows).toEqual([
      { level: 'attention', message: expect.stringMatching(/^More than 8 sign-ups came within/) },
    ]);
  });
});

it('many sign-ups with tags of one mailbox bring it a few letters a day', async () => {
  const signUp = { confirmWithin: 259_200, perNetwork: 100, altogether: 100, origins: [] };
  const room = await openReaders({ signUp });
  for (let n = 0; n < 8; n++) await room.signUp(`victim+${n}@readers.example`);
  await room.signUp('Dana+news@readers.example');
  expect(await letters(room)).toHaveLength(5 + 1);
});

describe('for other sites', () => {
  const site = 'https://www.centre.example';
  const signUp = { confirmWithin: 259_200, perNetwork: 9, altogether: 99, origins: [site] };

  it('the form may be framed by those that the config names, and by no others', async () => {
    const room = await openReaders({ signUp });
    const framed = await room.get('/sign-up/embed');
    expect(framed.headers.get('content-security-policy')).toContain(`frame-ancestors ${site}`);
    expect(framed.headers.get('x-frame-options')).toBeNull();
    const page = await room.get('/sign-up');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect((await (await openReaders()).get('/sign-up/embed')).status).toBe(404);
  });

  it('a script of theirs signs up with JSON', async () => {
    const room = await openReaders({ signUp });
    const headers = { origin: site };
    const offer = await room.get('/sign-up.json', undefined, headers);
    expect(offer.headers.get('access-control-allow-origin')).toBe(site);
    const { started, programs, consent } = JSON.parse(offer.text);
    expect(programs[0]).toMatchObject({ id: 'spp' });
    expect(consent).toContain('I want to get e-mails');
    room.wait(5);
    const send = (type: string, body: object) =>
      room.app.request('/sign-up.json', {
        method: 'POST',
        headers: { ...headers, 'content-type': type },
        body: JSON.stringify(body),
      });
    const body = { email: 'dana@readers.example', program: ['spp'], hour: 7, started };
    expect((await send('text/plain', body)).status).toBe(415);
    expect((await send('application/json', { ...body, email: 'x' })).status).toBe(422);
    const answer = await send('application/json', body);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([202, site]);
    await room.settled();
    expect(await letters(room)).toHaveLength(1);
    const foreign = await room.get('/sign-up.json', undefined, { origin: 'https://evil.example' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});
