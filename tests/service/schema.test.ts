/** Several processes, and several versions, on one database. */

import { expect, it } from 'vitest';
import { emptyDatabase } from '../support/database.js';
import { sql } from '../support/postgres-server.js';
import { serviceRoom } from '../support/service.js';

const config = `
newsroom: { name: Test Centre, postalAddress: 1 Test Street }
email: { from: news@centre.example, replyTo: editors@centre.example }
programs: [{ id: spp, name: Security and Politics Program }]
feeds: [{ id: main, url: "http://127.0.0.1:9/feed.xml", allowPrivate: true }]
`;

it('four processes that start at once on an empty database all run, and an older one refuses a newer schema', async () => {
  const url = await emptyDatabase();
  const room = await serviceRoom(config, {
    DATABASE_URL: url,
    BROADSHEET_SECRET: 'a secret of the tests, which is long enough',
    PUBLIC_URL: 'http://localhost',
    SMTP_URL: 'smtp://127.0.0.1:9',
  });
  const roles = ['watch', 'assemble', 'deliver', 'watch,assemble,deliver'];
  const services = await Promise.all(roles.map((some) => room.start({ roles: some })));
  expect(await sql(url, 'select roles from processes')).toHaveLength(4);
  for (const service of services) expect(await service.stop()).toBe(0);

  await sql(url, `insert into migrations (version, name) values (9999, 'of-the-future')`);
  await expect(room.start()).rejects.toThrow(
    /ended with 1 .*schema \(9999\) is newer than this Broadsheet knows \(\d+\)\. Start a newer Broadsheet on it\./s,
  );
}, 120_000);
