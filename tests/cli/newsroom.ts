import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/store/database.js';
import { least, scratch } from '../config/scratch.js';
import { emptyDatabase } from '../support/database.js';
import { broadsheet, type TerminalOptions } from './terminal.js';

/** A newsroom whose commands run on a ledger of the test's own. */
export async function newsroom(
  settings = 'digest: { hour: 8 }\n',
  terminal: Pick<TerminalOptions, 'ask' | 'columns'> = {},
) {
  const directory = scratch();
  writeFileSync(join(directory, 'broadsheet.yaml'), `${least}${settings}`);
  const url = await emptyDatabase();
  const variables = {
    DATABASE_URL: url,
    BROADSHEET_SECRET: 'a secret of the test, long enough',
    SMTP_URL: 'smtp://127.0.0.1:1',
    PUBLIC_URL: 'https://news.example.org',
  };
  const cli = (...argv: string[]) => broadsheet(argv, { directory, variables, ...terminal });
  const add = (address: string, ...more: string[]) =>
    cli(
      'subscribers',
      'add',
      address,
      '--programs',
      'security',
      '--consent-source',
      'Sheet',
      ...more,
    );
  async function withLedger<T>(work: (database: Database) => Promise<T>) {
    const database = openDatabase({ url });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }
  return { cli, add, withLedger, config: join(directory, 'broadsheet.yaml') };
}
