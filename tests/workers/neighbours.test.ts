import { expect, it, onTestFinished } from 'vitest';
import type { Channel } from '../../src/channels/channel.js';
import type { Outcome } from '../../src/model.js';
import { readStatus } from '../../src/staff/status.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { putDestination } from '../../src/store/destinations.js';
import { recentEvents } from '../../src/store/events.js';
import { joinProcesses } from '../../src/store/processes.js';
import { replaceProfile } from '../../src/store/profiles.js';
import { createDeliver } from '../../src/workers/deliver.js';
import { createLookAfter, createNotes, createProbe } from '../../src/workers/neighbours.js';
import { testLedger } from '../support/database.js';
import { at, later, policy, readyAlert, subscriber } from '../support/ledger.js';

const accepted: Outcome = { outcome: 'accepted', detail: '250 OK' };
const down: Outcome = {
  outcome: 'deferred',
  scope: 'channel',
  reason: 'The mail server cannot be used: 421 go away, news@centre.example',
};

/** A channel whose every delivery ends as `answer` says; what `down` defers does not reach the wire. */
function channel(name: 'email' | 'discord', answer: () => Outcome): Channel {
  return {
    name,
    render: async () => ({}),
    async *send(_, deliveries, { onWire }) {
      for (const { id } of deliveries) {
        const outcome = answer();
        if (outcome !== down) await onWire([id]);
        yield { ...outcome, delivery: id };
        if (outcome === down) return;
      }
    },
    check: async () => [],
    close: async () => {},
  };
}

interface Answers {
  email?: () => Outcome;
  discord?: () => Outcome;
  reach?: () => Promise<string | undefined>;
  queue?: () => boolean;
}

/** One process that delivers and looks after its neighbours, on a clock that the test sets. */
async function serviceOn(database: Database, answers: Answers = {}) {
  const clock = { now: at };
  const now = () => clock.now;
  const notes = createNotes({ database, now });
  const me = await joinProcesses(database, ['deliver']);
  onTestFinished(() => me.close());
  const { signal } = new AbortController();
  const channels = new Map(
    (['email', 'discord'] as const).map((name) => [
      name,
      channel(name, () => answers[name]?.() ?? accepted),
    ]),
  );
  const alertsWithin = 86_400;
  const options = {
    database,
    channels,
    owner: me.number,
    policy: { ...policy, giveUpAfter: 3_600 },
    alertsWithin,
    notes,
    now,
    signal,
  };
  const deliver = createDeliver(options);
  const queueAnswers = async () => answers.queue?.() ?? true;
  const lookAfter = createLookAfter({ database, notes, queueAnswers, now });
  const reach = answers.reach ?? (async () => undefined);
  const probe = createProbe({ database, notes, channels: new Map([['email', { reach }]]), now });
  return {
    async deliver(editionId: string, name: 'email' | 'discord' = 'email', seconds = 0) {
      clock.now = later(seconds);
      await deliver({ editionId, channel: name });
    },
    async look(seconds: number) {
      clock.now = later(seconds);
      await probe();
      await lookAfter();
    },
  };
}

async function told(database: Database) {
  const events = await recentEvents(database, { limit: 50 });
  return events
    .filter(({ kind }) => /^(neighbour|delivery)\./.test(kind))
    .reverse()
    .map(({ level, message }) => `${level}: ${message}`);
}

const failing = async (database: Database) =>
  (await readStatus(database, [], { editions: 1 })).neighbours.map(
    ({ title, message }) => `${title}: ${message}`,
  );

it('shows a mail server that fails at once, and tells of it once when it lasts, and of its end', async () => {
  const database = await testLedger();
  await subscriber(database, 'reader');
  const { edition } = await readyAlert(database);
  let answer: Outcome = down;
  const answers = { email: () => answer };
  const [one, other] = [await serviceOn(database, answers), await serviceOn(database, answers)];
  await one.deliver(edition.id);
  expect(await failing(database)).toEqual([
    'The mail server: The mail server cannot be used: 421 go away, …',
  ]);
  await one.deliver(edition.id, 'email', 20);
  await one.look(30);
  expect(await told(database)).toEqual([]);
  await other.deliver(edition.id, 'email', 61);
  await Promise.all([one.look(65), other.look(65)]);
  await one.look(70);
  const attention =
    'attention: The mail server has failed for over a minute. The mail server cannot be used: 421 go away, … What waits for it is kept, and goes out when it is back (alerts within catchUp.alertsWithin).';
  expect(await told(database)).toEqual([attention]);
  answer = accepted;
  await other.deliver(edition.id, 'email', 840);
  expect(await failing(database)).toEqual([]);
  await Promise.all([one.look(845), other.look(845)]);
  expect(await told(database)).toEqual([
    attention,
    'info: The mail server works again, after 14 minutes.',
  ]);
});

it('says nothing of a failure that was over before a minute had passed', async () => {
  const database = await testLedger();
  await subscriber(database, 'reader');
  const { edition } = await readyAlert(database);
  const answers = [down, accepted];
  const one = await serviceOn(database, { email: () => answers.shift() ?? accepted });
  await one.deliver(edition.id);
  await one.deliver(edition.id, 'email', 10);
  await one.look(100);
  expect([await failing(database), await told(database)]).toEqual([[], []]);
});

it('tries one itself that nothing is sent to any more', async () => {
  const database = await testLedger();
  await subscriber(database, 'reader');
  const { edition } = await readyAlert(database);
  let tried = 0;
  const reach = async () => {
    tried++;
    return tried === 1 ? 'Still away.' : undefined;
  };
  const one = await serviceOn(database, { email: () => down, reach });
  await one.deliver(edition.id);
  await one.look(300);
  expect(tried).toBe(0);
  await one.look(700);
  await one.look(710);
  expect(tried).toBe(1);
  await one.look(1400);
  expect([tried, await failing(database)]).toEqual([2, []]);
});

it('tells of a queue that does not answer', async () => {
  const database = await testLedger();
  let answers = false;
  const one = await serviceOn(database, { queue: () => answers });
  await one.look(0);
  const other = await serviceOn(database, { queue: () => answers });
  await other.look(61);
  expect(await told(database)).toEqual([
    expect.stringMatching(/^attention: The queue has failed for over a minute\. .*REDIS_URL/),
  ]);
  answers = true;
  await one.look(120);
  expect(await failing(database)).toEqual([]);
});

it('tells how long the database was away, from the first process that finds it again', async () => {
  const database = await testLedger();
  let away = true;
  const flaky = { ...database };
  flaky.query = ((...args: Parameters<Database['query']>) =>
    away ? Promise.reject(new Error('Gone.')) : database.query(...args)) as Database['query'];
  const [one, other] = [createLookAfterOn(flaky), createLookAfterOn(flaky)];
  await expect(one(0)).rejects.toThrow('Gone.');
  await expect(other(5)).rejects.toThrow('Gone.');
  away = false;
  await one(120);
  await other(125);
  expect(await told(database)).toEqual(['info: The database works again, after 2 minutes.']);
});

function createLookAfterOn(database: Database) {
  let time = at;
  const now = () => time;
  const notes = createNotes({ database, now });
  const look = createLookAfter({ database, notes, queueAnswers: async () => true, now });
  return (seconds: number) => {
    time = later(seconds);
    return look();
  };
}

it('tells once of what ended uncertain in an edition, when it has settled', async () => {
  const database = await testLedger();
  for (let n = 0; n < 5; n++) await subscriber(database, `reader${n}`);
  const { edition } = await readyAlert(database);
  const busy: Outcome = { outcome: 'deferred', scope: 'delivery', reason: '451 Later.' };
  const unsure: Outcome = { outcome: 'uncertain', reason: 'The answer was lost.' };
  const ends = [unsure, unsure, unsure, busy];
  const one = await serviceOn(database, { email: () => ends.shift() ?? accepted });
  await one.deliver(edition.id);
  await one.look(60);
  expect(await told(database)).toEqual([]);
  await one.deliver(edition.id, 'email', 70);
  const other = await serviceOn(database);
  await Promise.all([one.look(75), other.look(75)]);
  await one.look(1000);
  expect(await told(database)).toEqual([
    'attention: 3 deliveries by e-mail of the alert “Who keeps the canals” may have arrived or not, and nothing is sent again by itself. The answer was lost. Settle them with: broadsheet uncertain',
  ]);
});

it('does not wait longer than ten minutes to tell, nor tell of the same ones again', async () => {
  const database = await testLedger();
  for (let n = 0; n < 3; n++) await subscriber(database, `reader${n}`);
  const { edition } = await readyAlert(database);
  const busy: Outcome = { outcome: 'deferred', scope: 'delivery', reason: '451 Later.' };
  const unsure: Outcome = { outcome: 'uncertain', reason: 'The answer was lost.' };
  const ends = [unsure, busy, accepted, unsure];
  const one = await serviceOn(database, { email: () => ends.shift() ?? accepted });
  await one.deliver(edition.id);
  await one.look(599);
  expect(await told(database)).toEqual([]);
  await one.look(601);
  expect(await told(database)).toEqual([
    expect.stringMatching(/^attention: 1 delivery by e-mail /),
  ]);
  await one.deliver(edition.id, 'email', 700);
  await one.look(705);
  await one.look(2000);
  expect(await told(database)).toHaveLength(2);
});

it('tells once of deliveries that were given up', async () => {
  const database = await testLedger();
  await subscriber(database, 'reader');
  const { edition } = await readyAlert(database);
  const busy: Outcome = { outcome: 'deferred', scope: 'delivery', reason: '451 Later.' };
  const one = await serviceOn(database, { email: () => busy });
  await one.deliver(edition.id);
  await one.deliver(edition.id, 'email', 4_000);
  await one.look(4_005);
  await one.look(9_000);
  expect(await told(database)).toEqual([
    `attention: 1 delivery by e-mail of the alert “Who keeps the canals” did not arrive, and will not be tried any more. Given up after 2 attempts. The last one: 451 Later. Send again with: broadsheet resend ${edition.id.slice(0, 8)} --only rejected`,
  ]);
});

it('leaves what a reader’s mail server refuses to the receipts', async () => {
  const database = await testLedger();
  await subscriber(database, 'reader');
  const { edition } = await readyAlert(database);
  const refused: Outcome = { outcome: 'rejected', reason: '550 No such user.' };
  const one = await serviceOn(database, { email: () => refused });
  await one.deliver(edition.id);
  await one.look(1000);
  expect([await failing(database), await told(database)]).toEqual([[], []]);
});

it('tells once of a Discord channel that is closed, however many editions it refuses, until it takes one', async () => {
  const database = await testLedger();
  const { id } = await putDestination(
    database,
    {
      channel: 'discord',
      address: '1200000000000000001',
      addressHash: Buffer.from('security'),
      id: '5d2f6a52-0000-4000-8000-000000000001',
      name: 'security',
      language: 'en',
      schedule: { timezone: 'UTC', hour: 9, weekday: 1 },
    },
    at,
  );
  await replaceProfile(database, id, [{ programs: ['spp'], cadence: 'instant' }], at);
  const renderings = [{ channel: 'discord' as const, result: { rendered: {} } }];
  const reason = 'The bot may not post in Discord channel security. Grant it Send Messages there.';
  let answer: Outcome = { outcome: 'rejected', reason };
  const one = await serviceOn(database, { discord: () => answer });
  const publish = async (guid: string, seconds: number) => {
    const { edition } = await readyAlert(database, { guid, renderings });
    await one.deliver(edition.id, 'discord', seconds);
    await one.look(seconds + 1);
  };
  await publish('one', 0);
  await publish('two', 100);
  const attention = `attention: ${reason} What it refused can be sent again afterwards: see "broadsheet resend --help".`;
  expect(await told(database)).toEqual([attention]);
  expect(await failing(database)).toEqual([`The Discord channel security: ${reason}`]);
  answer = accepted;
  await publish('three', 3600);
  expect(await told(database)).toEqual([
    attention,
    'info: The Discord channel security works again, after 1 hour.',
  ]);
  expect(await failing(database)).toEqual([]);
});

it('keeps quiet while the ledger cannot be written to', async () => {
  const database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' });
  await createNotes({ database, now: () => at }).fails('email', 'Away.');
});
