import { appendFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { isSuppressed, recordConsent, suppress } from '../../src/store/destinations.js';
import { type Journal, mergeJournal, openJournal } from '../../src/subscribers/journal.js';
import { deriveKeys } from '../../src/subscribers/keys.js';
import { createSubscribers } from '../../src/subscribers/subscribers.js';
import { unsubscribeToken } from '../../src/subscribers/tokens.js';
import { testLedger } from '../support/database.js';
import { at, later, programs } from '../support/ledger.js';

const keys = deriveKeys('a secret of the test, long enough');
const hashOf = (name: string) => keys.addressHash('email', `${name}@example.org`);

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-journal-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function room(database: Database, journal?: Journal) {
  const subscribers = createSubscribers({
    database,
    keys,
    programs,
    schedule: { timezone: 'UTC', hour: 8, weekday: 1 },
    now: () => later(60),
    ...(journal && { journal }),
  });
  return {
    async add(name: string, chosen = ['spp', 'eep']) {
      const added = await subscribers.add(
        {
          address: `${name}@example.org`,
          programs: chosen,
          cadence: 'instant',
          language: 'en',
          consentOrigin: 'Sheet',
        },
        'dana',
      );
      return 'id' in added ? added.id : added.reason;
    },
    leave: (destination: string, scope: 'programs' | 'all', left = ['spp']) =>
      subscribers.leave(unsubscribeToken(keys, { destination, programs: left }), scope),
  };
}

/** What each reads, such as `amina: eep, spp`, in alphabetical order. */
async function profiles(database: Database): Promise<Record<string, string>> {
  const { rows } = await database.query(
    `select d.address, string_agg(s.program_id, ' ' order by s.program_id) as reads
     from destinations d join subscriptions s on s.destination_id = d.id group by d.address`,
  );
  return Object.fromEntries(rows.map(({ address, reads }) => [address.split('@')[0], reads]));
}

/** Some readers, of whom the live ledger knows that they left, and a restored one that does not. */
async function restored() {
  const dataDir = await scratch();
  const failures: Error[] = [];
  const journal = openJournal(dataDir, async (error) => void failures.push(error));
  const [live, copy] = [await testLedger(), await testLedger()];
  const [now, before] = [room(live, journal), room(copy)];
  for (const name of ['amina', 'bolat', 'dina']) await before.add(name);
  const ids = {
    amina: await now.add('amina'),
    bolat: await now.add('bolat'),
    later: await now.add('later'),
  };
  await now.leave(ids.amina, 'programs');
  await now.leave(ids.bolat, 'all');
  await now.leave(ids.later, 'programs', ['spp', 'eep']);
  return { dataDir, copy, before, live, now, ids, failures };
}

describe('the journal', () => {
  it('has who left and from what, for its owner only, and no address', async () => {
    const { dataDir, now, ids } = await restored();
    await now.leave(ids.amina, 'programs');
    const file = join(dataDir, 'journal.jsonl');
    const text = await readFile(file, 'utf8');
    const lines = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const by = { at: later(60).toISOString(), actor: 'reader', destination: ids.amina };
    expect(lines).toEqual([
      {
        kind: 'left',
        channel: 'email',
        programs: ['spp'],
        origin: 'unsubscribe link',
        address: hashOf('amina').toString('hex'),
        ...by,
      },
      expect.objectContaining({ kind: 'suppressed', address: hashOf('bolat').toString('hex') }),
      expect.objectContaining({ kind: 'left', programs: ['spp', 'eep'] }),
      expect.objectContaining({ kind: 'left', address: hashOf('later').toString('hex') }),
    ]);
    expect(text).not.toContain('@');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('lets a reader leave also where it cannot be written, and tells once', async () => {
    const dataDir = await scratch();
    await mkdir(join(dataDir, 'journal.jsonl'));
    const failures: Error[] = [];
    const database = await testLedger();
    const { add, leave } = room(
      database,
      openJournal(dataDir, async (error) => void failures.push(error)),
    );
    const id = await add('amina');
    await leave(id, 'programs');
    await leave(id, 'all');
    expect(await profiles(database)).toEqual({});
    expect(failures).toHaveLength(1);
  });
});

const nothingElse = { lifted: 0, forgotten: 0, unreadable: 0 };

describe('merging it', () => {
  it('takes away what was left since the backup, and brings suppressions back', async () => {
    const { dataDir, copy } = await restored();
    expect(await mergeJournal(copy, dataDir)).toEqual({ left: 3, suppressed: 1, ...nothingElse });
    expect(await profiles(copy)).toEqual({ amina: 'eep', dina: 'eep spp' });
    expect(await isSuppressed(copy, hashOf('bolat'))).toBe(true);
    const { rows } = await copy.query(
      `select c.at, c.programs, c.origin, c.actor from consents c join destinations d on d.id = c.destination_id
       where c.act = 'withdrawn' and d.address_hash = $1`,
      [hashOf('amina')],
    );
    expect(rows).toEqual([
      { at: later(60), programs: ['spp'], origin: 'unsubscribe link', actor: 'reader' },
    ]);
  });

  it('changes nothing when it is done again, nor in the ledger that wrote it', async () => {
    const { dataDir, copy, live } = await restored();
    await mergeJournal(copy, dataDir);
    const nothing = { left: 0, suppressed: 0, ...nothingElse };
    expect(await mergeJournal(copy, dataDir)).toEqual(nothing);
    expect(await mergeJournal(live, dataDir)).toEqual(nothing);
  });

  it('keeps an import from bringing back whom the restored ledger never knew', async () => {
    const { dataDir, copy, before } = await restored();
    await mergeJournal(copy, dataDir);
    await before.add('later');
    await before.add('bolat');
    await before.add('amina');
    expect(await profiles(copy)).toEqual({ amina: 'eep', dina: 'eep spp' });
  });

  it('keeps out who left by a link of before the loss, when they are imported again', async () => {
    const { dataDir, copy, before, live, now } = await restored();
    const id = await now.add('gulnara');
    const here = room(
      copy,
      openJournal(dataDir, async () => {}),
    );
    await here.leave(id, 'all');
    expect(await before.add('gulnara')).toBe(id);
    await mergeJournal(copy, dataDir);
    expect(await profiles(copy)).not.toHaveProperty('gulnara');
    expect(await profiles(live)).toHaveProperty('gulnara');
  });

  it('lets a later consent of the reader stand, and only of the reader', async () => {
    const { dataDir, copy, before } = await restored();
    const consent = async (name: string, actor: string) => {
      const destinationId = await before.add(name);
      const origin = 'Sign-up page';
      const act = 'given' as const;
      const given = { destinationId, at: later(90), act, programs: ['spp', 'eep'], origin, actor };
      await recordConsent(copy, given);
    };
    await consent('amina', 'reader');
    await consent('bolat', 'reader');
    await consent('later', 'dana');
    expect(await mergeJournal(copy, dataDir)).toEqual({ left: 1, suppressed: 0, ...nothingElse });
    expect(await profiles(copy)).toEqual({
      amina: 'eep spp',
      bolat: 'eep spp',
      dina: 'eep spp',
    });
  });

  it('lets the newest word on an address stand: suppressed, lifted, or suppressed again', async () => {
    const { dataDir, copy } = await restored();
    const journal = openJournal(dataDir, async () => {});
    const word = (kind: 'suppressed' | 'lifted', name: string, seconds: number) => ({
      kind,
      at: later(seconds).toISOString(),
      address: hashOf(name).toString('hex'),
      reason: 'The test says so.',
      actor: 'dana',
    });
    await suppress(copy, hashOf('amina'), 'Known to the backup.', 'schedule', later(50));
    await journal.write([
      word('lifted', 'amina', 70),
      word('lifted', 'bolat', 70),
      word('suppressed', 'bolat', 80),
      word('suppressed', 'dina', 80),
      word('lifted', 'dina', 90),
    ]);
    expect(await mergeJournal(copy, dataDir)).toMatchObject({ suppressed: 1, lifted: 1 });
    const standing = ['amina', 'bolat', 'dina'].map((name) => isSuppressed(copy, hashOf(name)));
    expect(await Promise.all(standing)).toEqual([false, true, false]);
    expect(await mergeJournal(copy, dataDir)).toEqual({ left: 0, suppressed: 0, ...nothingElse });
  });

  it('tolerates torn and foreign lines, and loses none that is whole', async () => {
    const { dataDir, copy, live } = await restored();
    const file = join(dataDir, 'journal.jsonl');
    await appendFile(file, '{"kind":"left","at":"2026-03-0');
    const now = room(
      live,
      openJournal(dataDir, async () => {}),
    );
    await now.leave(await now.add('dina'), 'programs');
    await appendFile(file, '[]\n{"kind":"suppressed","at":"yesterday"}\n{"torn');
    expect(await mergeJournal(copy, dataDir)).toEqual({
      left: 4,
      suppressed: 1,
      ...nothingElse,
      unreadable: 4,
    });
    expect((await profiles(copy)).dina).toBe('eep');
  });

  it('does nothing where there is none, and takes a long one in its stride', async () => {
    const dataDir = await scratch();
    const database = await testLedger();
    expect(await mergeJournal(database, dataDir)).toMatchObject({ left: 0 });
    const journal = openJournal(dataDir, async () => {});
    const entries = Array.from({ length: 2_500 }, (_, n) => ({
      kind: 'suppressed' as const,
      at: at.toISOString(),
      address: hashOf(`reader${n}`).toString('hex'),
      reason: 'Bounced.',
      actor: 'schedule',
    }));
    await journal.write([...entries, ...entries]);
    expect(await mergeJournal(database, dataDir)).toMatchObject({ suppressed: 2_500 });
  });
});
