/** What the mail server's answers do to the ledger: real messages over real connections. */

import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeliveryPolicy } from '../../src/config/config.js';
import type { Database } from '../../src/store/database.js';
import { claimDeliveries, dueDeliveries } from '../../src/store/deliveries.js';
import { releaseEditions } from '../../src/store/holds.js';
import { joinProcesses } from '../../src/store/processes.js';
import { leavePrograms } from '../../src/store/profiles.js';
import { uncertainDeliveries } from '../../src/store/uncertain.js';
import type { JournalEntry } from '../../src/subscribers/journal.js';
import { createDeliver } from '../../src/workers/deliver.js';
import { type Faults, startMailServer, startScripted } from '../channels/email/mail-server.js';
import { channel, config, edition as frozen } from '../channels/email/parts.js';
import { testLedger } from '../support/database.js';
import {
  at,
  later,
  manyReaders,
  markAll,
  policy,
  readyAlert,
  subscriber,
} from '../support/ledger.js';

/** A ready alert to these readers, and a deliver process whose mail goes to the server. */
async function alertTo(names: readonly string[], smtpUrl: string) {
  const database = await testLedger();
  const ids: Record<string, string> = {};
  for (const name of names) ids[name] = await subscriber(database, name);
  return { ...(await open(database, smtpUrl)), ids };
}

async function open(database: Database, smtpUrl: string, guid = 'one') {
  const email = channel(smtpUrl);
  onTestFinished(email.close);
  const rendered = await email.render(frozen);
  const { edition } = await readyAlert(database, {
    guid,
    renderings: [{ channel: 'email', result: { rendered } }],
  });
  const journal: JournalEntry[] = [];
  async function deliver(now = at, over: Partial<DeliveryPolicy> = {}) {
    const me = await joinProcesses(database, ['deliver']);
    const run = createDeliver({
      database,
      channels: new Map([['email', email]]),
      owner: me.number,
      policy: { ...policy, ...over },
      alertsWithin: 7 * 86_400,
      journal: { write: async (entries) => void journal.push(...entries) },
      now: () => now,
      signal: new AbortController().signal,
    });
    await run({ editionId: edition.id, channel: 'email' });
    await me.close();
  }
  /** How it stands with each reader: the state, and what a refusal was about. */
  async function outcomes() {
    const { rows } = await database.query(
      `select t.name, d.state || coalesce(' (' || d.refusal || ')', '') as outcome from deliveries d
       join destinations t on t.id = d.destination_id where d.edition_id = $1`,
      [edition.id],
    );
    return Object.fromEntries(rows.map(({ name, outcome }) => [name, outcome]));
  }
  return { database, edition, deliver, outcomes, journal };
}

async function mailServer(faults: Faults) {
  const server = await startMailServer(faults);
  onTestFinished(server.close);
  return server;
}

async function suppressions(database: Database) {
  const { rows } = await database.query(
    `select convert_from(address_hash, 'UTF8') as name, reason, actor from suppressions order by name`,
  );
  return rows;
}

const events = async (database: Database, kind: string) =>
  (
    await database.query(
      'select subject, level, actor, message from events where kind = $1 order by id',
      [kind],
    )
  ).rows;

const name = (address: string | undefined) => address?.split('@')[0] ?? '';

const atRcpt: Record<string, string> = {
  unknown: '550 5.1.1 <unknown@readers.test>, passed on to u.smith@elsewhere.test: no such user',
  bare: '550 no such user',
  moved: '551 5.1.6 moved',
  disabled: '550 5.2.1 mailbox disabled',
  policy: '550 5.7.1 you are not welcome here',
  full: '552 5.2.2 over quota',
  busy: '450 4.2.1 try again later',
};
const atData: Record<string, string> = {
  spam: '554 5.7.1 looks like spam',
  gone: '550 5.1.1 no such user after all',
  grey: '451 4.7.1 greylisted',
};

describe('an answer of the mail server', () => {
  it('settles a delivery by its stage and code, and suppresses an address that is refused for good', async () => {
    const server = await mailServer({
      rcpt: (address) => atRcpt[name(address)],
      data: ({ to }) => atData[name(to[0])],
      dropAfterDot: ({ to }) => name(to[0]) === 'lost',
    });
    const readers = [...Object.keys(atRcpt), ...Object.keys(atData), 'lost', 'fine'];
    const { database, deliver, outcomes, ids, journal } = await alertTo(readers, server.url);
    await deliver();
    expect(await outcomes()).toEqual({
      unknown: 'rejected (address)',
      bare: 'rejected (address)',
      moved: 'rejected (address)',
      disabled: 'rejected (address)',
      policy: 'rejected',
      full: 'rejected',
      busy: 'pending',
      spam: 'rejected (message)',
      gone: 'rejected (message)',
      grey: 'pending',
      lost: 'uncertain',
      fine: 'accepted',
    });
    const suppressed = await suppressions(database);
    expect(suppressed.map((one) => one.name)).toEqual(['bare', 'disabled', 'moved', 'unknown']);
    expect(suppressed[3]).toEqual({
      name: 'unknown',
      actor: 'schedule',
      reason:
        'The address was refused for good. The mail server answered to RCPT TO: 550 5.1.1 <…>, passed on to …: no such user',
    });
    const told = await events(database, 'destination.suppressed');
    expect(told.map(({ subject }) => subject).sort()).toEqual(
      suppressed.map((one) => `destination:${ids[one.name]}`).sort(),
    );
    expect(JSON.stringify([suppressed, told])).not.toContain('@');
    expect(journal.map(({ kind, address }) => `${kind} ${address}`).sort()).toEqual(
      suppressed.map((one) => `suppressed ${Buffer.from(one.name).toString('hex')}`).sort(),
    );

    const next = await open(database, server.url, 'two');
    await next.deliver();
    expect(await next.outcomes()).toMatchObject({ bare: 'skipped', policy: 'rejected' });
  });

  it('suppresses nobody where the config says so', async () => {
    const server = await mailServer({ rcpt: (address) => atRcpt[name(address)] });
    const { database, deliver, outcomes } = await alertTo(['unknown'], server.url);
    await deliver(at, { suppressRefused: false });
    expect(await outcomes()).toEqual({ unknown: 'rejected (address)' });
    expect(await suppressions(database)).toEqual([]);
  });

  it.each([
    ['MAIL', '550 5.1.8 bad sender', 'rejected (message)'],
    ['MAIL', '451 4.3.0 later', 'pending'],
    ['DATA', '554 5.5.1 no valid recipients', 'rejected (message)'],
    ['DATA', '452 4.3.1 no room', 'pending'],
  ])('to %s of %s leaves it %s', async (stage, reply, outcome) => {
    const server = await startScripted((line, socket) =>
      socket.write(line.startsWith(stage) ? `${reply}\r\n` : '250 ok\r\n'),
    );
    onTestFinished(server.close);
    const { database, deliver, outcomes } = await alertTo(['reader'], server.url);
    await deliver();
    expect(await outcomes()).toEqual({ reader: outcome });
    expect(await suppressions(database)).toEqual([]);
  });
});

describe('a message that is refused', () => {
  it('stops its edition at the count, tells staff once, and goes on until the next multiple when released', async () => {
    const server = await mailServer({ data: () => '554 5.7.1 looks like spam' });
    const database = await testLedger();
    await manyReaders(database, 260);
    const { edition, deliver } = await open(database, server.url);
    const refused = async () =>
      (await database.query(`select count(*)::int as n from deliveries where refusal = 'message'`))
        .rows[0].n;
    // Each writes one answer while it has two more messages on the wire.
    const ahead = 5;
    const together = () => Promise.all([deliver(), deliver()]);

    await together();
    expect(await refused()).toBeGreaterThanOrEqual(20);
    expect(await refused()).toBeLessThanOrEqual(20 + ahead);
    const [told, ...more] = await events(database, 'edition.held');
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      actor: 'schedule',
      level: 'attention',
      subject: `edition:${edition.id}`,
    });
    expect(told.message).toMatch(
      /refused \d+ times.*554 5\.7\.1 looks like spam.*broadsheet release/,
    );
    await deliver();
    expect(await refused()).toBeLessThanOrEqual(20 + ahead);
    const { rows } = await database.query('select distinct state from deliveries order by state');
    expect(rows).toEqual([{ state: 'pending' }, { state: 'rejected' }]);

    await releaseEditions(database, [edition.id], at);
    await together();
    expect(await refused()).toBeGreaterThanOrEqual(40);
    expect(await refused()).toBeLessThanOrEqual(40 + ahead);
    expect(await events(database, 'edition.held')).toHaveLength(2);
  });
});

describe('several editions at once', () => {
  it('leave no more to a crash than there are connections, also where receipts are written slowly', async () => {
    const server = await mailServer({});
    const real = await testLedger();
    await manyReaders(real, 12);
    const uncertainAfterACrash: number[] = [];
    const slow = {
      ...real,
      async query(...asked: Parameters<Database['query']>) {
        const isMark = /case when skip is null then 'sending'/.test(JSON.stringify(asked[0]));
        // Long enough for a connection to be taken by another edition meanwhile.
        if (!isMark) for (let n = 0; n < 3; n++) await real.query('select pg_sleep(0.005)');
        const answer = await (real.query as (...same: unknown[]) => Promise<unknown>)(...asked);
        const counted = await real.query(
          `select count(*)::int as n from deliveries where state = 'sending'`,
        );
        uncertainAfterACrash.push(counted.rows[0].n);
        return answer;
      },
    } as Database;
    const email = channel(server.url);
    onTestFinished(email.close);
    const renderings = [
      { channel: 'email' as const, result: { rendered: await email.render(frozen) } },
    ];
    const editions = [];
    for (const guid of ['one', 'two', 'three'])
      editions.push((await readyAlert(real, { guid, renderings })).edition.id);
    const me = await joinProcesses(real, ['deliver']);
    onTestFinished(me.close);
    const deliver = createDeliver({
      database: slow,
      channels: new Map([['email', email]]),
      owner: me.number,
      policy,
      alertsWithin: 7 * 86_400,
      now: () => at,
      signal: new AbortController().signal,
    });
    await Promise.all(editions.map((editionId) => deliver({ editionId, channel: 'email' })));
    expect(server.received).toHaveLength(36);
    expect(Math.max(...uncertainAfterACrash)).toBe(config.connections);
  });
});

describe('mail whose answer was lost, where it is to be tried once more', () => {
  const over = { uncertain: 'retry-once' } as const;

  /** One reader, whose first mail is dropped after its final dot; then `answer` decides. */
  async function lostOnce(answer: Partial<Faults> & { lostAgain?: boolean } = {}) {
    const sent: string[] = [];
    const server = await mailServer({
      ...answer,
      dropAfterDot({ raw }) {
        sent.push(raw.toString('latin1'));
        return sent.length === 1 || answer.lostAgain === true;
      },
      rcpt: (address) => (sent.length > 0 ? answer.rcpt?.(address) : undefined),
    });
    const opened = await alertTo(['reader'], server.url);
    await opened.deliver(at, over);
    const detail = async () =>
      (await opened.database.query('select detail from deliveries')).rows[0].detail as string;
    return { ...opened, sent, detail };
  }

  it('goes out again ten minutes later, the same to the last octet', async () => {
    const { database, deliver, outcomes, sent, detail } = await lostOnce();
    expect(await outcomes()).toEqual({ reader: 'pending' });
    expect(await uncertainDeliveries(database)).toEqual([]);
    expect(await dueDeliveries(database, later(599))).toEqual([]);
    await deliver(later(599), over);
    expect(sent).toHaveLength(1);

    expect(await dueDeliveries(database, later(600))).toHaveLength(1);
    await deliver(later(600), over);
    expect(await outcomes()).toEqual({ reader: 'accepted' });
    expect(await detail()).toMatch(/^250 /);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBe(sent[0]);
    expect(sent[0]).toMatch(/^Message-ID: </m);
    const { rows } = await database.query('select attempt, outcome, detail from attempts');
    expect(rows).toEqual([
      { attempt: 1, outcome: 'uncertain', detail: expect.stringContaining('answer was lost') },
    ]);
  });

  it('is uncertain when the second answer is lost too, and is not sent a third time', async () => {
    const { database, deliver, outcomes, sent, detail } = await lostOnce({ lostAgain: true });
    await deliver(later(600), over);
    await deliver(later(86_400), over);
    expect(await outcomes()).toEqual({ reader: 'uncertain' });
    expect(sent).toHaveLength(2);
    expect(await detail()).toMatch(
      /^It may have arrived at attempt 1 \(.*\), and after that: .*lost/,
    );
    expect(await uncertainDeliveries(database)).toHaveLength(1);
  });

  it('is uncertain when the second try is refused, as the first may have arrived', async () => {
    const { database, deliver, outcomes, detail } = await lostOnce({
      rcpt: () => '550 5.1.1 no such user',
    });
    await deliver(later(600), over);
    expect(await outcomes()).toEqual({ reader: 'uncertain (address)' });
    expect(await detail()).toMatch(/answer was lost.*, and after that: .*550 5\.1\.1/);
    expect(await suppressions(database)).toHaveLength(1);
  });

  it('is uncertain when the second try is put off until it is given up', async () => {
    const { deliver, outcomes, detail } = await lostOnce({ rcpt: () => '450 4.2.1 later' });
    await deliver(later(600), over);
    expect(await outcomes()).toEqual({ reader: 'pending' });
    await deliver(later(86_400), over);
    expect(await outcomes()).toEqual({ reader: 'uncertain' });
    expect(await detail()).toMatch(/answer was lost.*, and after that: Given up after 3 attempts/);
  });

  it('is uncertain when the reader has left by then, and is not sent again', async () => {
    const { database, deliver, outcomes, ids, sent, detail } = await lostOnce();
    await leavePrograms(database, ids.reader as string, 'all');
    await deliver(later(600), over);
    expect(await outcomes()).toEqual({ reader: 'uncertain' });
    expect(sent).toHaveLength(1);
    expect(await detail()).toMatch(
      /answer was lost.*, and after that: The reader left the program/,
    );
  });

  it('goes out again when it was lost with its process, and is uncertain when that dies twice', async () => {
    const server = await mailServer({});
    const { database, edition, deliver, outcomes } = await alertTo(['once', 'twice'], server.url);
    const die = async (now: Date) => {
      const dead = await joinProcesses(database, ['deliver']);
      const claim = await claimDeliveries(database, {
        editionId: edition.id,
        channel: 'email',
        owner: dead.number,
        size: 10,
        now,
      });
      const onWire = claim.deliveries.filter(
        ({ destination }) => now === at || destination.name === 'twice',
      );
      await markAll(
        database,
        claim,
        onWire.map(({ id }) => id),
        now,
      );
      await dead.close();
    };
    await die(at);
    await deliver(at, over);
    expect(await outcomes()).toEqual({ once: 'pending', twice: 'pending' });
    expect(server.received).toEqual([]);

    await die(later(600));
    await database.query(
      `update deliveries set state = 'pending', claim = null, owner = null where state = 'claimed'`,
    );
    await deliver(later(601), over);
    expect(await outcomes()).toEqual({ once: 'accepted', twice: 'uncertain' });
    expect(server.received.map(({ to }) => to)).toEqual([['once@readers.test']]);
  });
});
