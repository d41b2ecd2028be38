import { expect, it } from 'vitest';
import { syncDestinations } from '../../src/channels/registry.js';
import type { Config } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import { nextWindow } from '../../src/store/digests.js';
import { least, scratchFile } from '../config/scratch.js';
import { testLedger } from '../support/database.js';
import { at, later } from '../support/ledger.js';

const addressHash = (channel: string, address: string) => Buffer.from(`${channel} ${address}`);
const discord = `discord:
  channels:
    - { id: "112233445566778899", name: week, programs: [security], cadence: weekly, hour: 17, weekday: friday }
`;

function configOf(text: string): Config {
  const loaded = loadConfig(scratchFile(text));
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  return loaded.config;
}

async function room() {
  const database = await testLedger();
  const sync = (text: string, moment = at) =>
    syncDestinations(database, configOf(text), { addressHash }, moment);
  const profiles = async () => {
    const { rows } = await database.query(
      `select d.channel, d.address, d.state, s.program_id as program, s.cadence, s.due_at as due,
         s.covered_until::int as covered
       from destinations d left join subscriptions s on s.destination_id = d.id
       order by d.channel, d.address, s.program_id`,
    );
    return rows;
  };
  return { database, sync, profiles };
}

it('gives each program, and all together, an output feed of articles and one of digests', async () => {
  const { sync, profiles } = await room();
  await sync(`${least}outputFeeds: { digests: weekly }\ndigest: { weekday: friday, hour: 9 }\n`);
  const friday = new Date('2026-03-06T09:00:00Z');
  expect((await profiles()).map(({ address, cadence, due }) => [address, cadence, due])).toEqual([
    ['all', 'instant', null],
    ['all', 'instant', null],
    ['all/digests', 'weekly', friday],
    ['all/digests', 'weekly', friday],
    ['economy', 'instant', null],
    ['economy/digests', 'weekly', friday],
    ['security', 'instant', null],
    ['security/digests', 'weekly', friday],
  ]);
});

it('gives a Discord channel its cadence and its own hour', async () => {
  const { sync, profiles } = await room();
  await sync(least + discord);
  expect((await profiles()).filter(({ channel }) => channel === 'discord')).toMatchObject([
    { program: 'security', cadence: 'weekly', due: new Date('2026-03-06T17:00:00Z') },
  ]);
});

it('changes nothing when the service starts again with an overdue window', async () => {
  const { database, sync, profiles } = await room();
  await sync(least + discord);
  const before = await profiles();
  await sync(least + discord, later(30 * 86_400));
  expect(await profiles()).toEqual(before);
  expect(await nextWindow(database)).toEqual(new Date('2026-03-03T08:00:00Z'));
});

it('begins anew where a Discord channel comes back: its windows do not reach over the time between', async () => {
  const { database, sync, profiles } = await room();
  await sync(least + discord);
  await sync(least);
  await database.query(
    `insert into feeds (id, url) values ('main', 'https://example.org/feed.xml')`,
  );
  await database.query(
    `insert into articles (id, feed_id, state, revision, seen_at, released_at, release_order)
     select gen_random_uuid(), 'main', 'released', 1, now(), now(), n from generate_series(1, 7) n`,
  );
  await sync(least + discord, later(30 * 86_400));
  expect((await profiles()).filter(({ channel }) => channel === 'discord')).toMatchObject([
    { state: 'active', covered: 7, due: new Date('2026-04-03T17:00:00Z') },
  ]);
});

it("gives readers from before there were digests the newsroom's hour, and no old article", async () => {
  const { database, sync } = await room();
  await database.query(
    `insert into destinations (id, channel, address, address_hash, language, state, created_at)
     values (gen_random_uuid(), 'email', 'reader@readers.test', 'hash', 'en', 'active', now());
     insert into subscriptions (destination_id, program_id, cadence, since, covered_until)
     select id, 'security', 'daily', now(), 5 from destinations`,
  );
  await sync(`${least}digest: { timezone: Asia/Almaty, hour: 7 }\n`);
  const { rows } = await database.query(
    `select timezone, digest_hour as hour, due_at as due, covered_until::int as covered
     from subscriptions join destinations on id = destination_id where channel = 'email'`,
  );
  expect(rows).toEqual([
    { timezone: 'Asia/Almaty', hour: 7, due: new Date('2026-03-03T02:00:00Z'), covered: 5 },
  ]);
});
