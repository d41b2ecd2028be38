import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { realNeighbours } from '../../src/cli/neighbours.js';
import { readEnvironment } from '../../src/config/environment.js';
import { loadConfig } from '../../src/config/load.js';
import { least, scratchFile } from '../config/scratch.js';

/** What `check` finds of a subject that needs no neighbour. */
async function found(subject: string, more = '', variables = {}) {
  const loaded = loadConfig(scratchFile(`${least}${more}`));
  if (!('config' in loaded)) throw new Error(JSON.stringify(loaded.errors));
  const read = readEnvironment(variables, '/nowhere');
  if (!('environment' in read)) throw new Error('The environment is wrong.');
  const checks = await realNeighbours.checks(loaded.config, read.environment);
  return checks.find((check) => check.subject === subject)?.run();
}

it('says by which ways staff are told of what needs them, and warns where nobody is', async () => {
  expect(await found('staff')).toMatchObject([
    { level: 'warning', message: expect.stringContaining('staff.mail') },
  ]);
  const named =
    'staff: { mail: [a@example.org, b@example.org], discordChannel: "112233445566778899" }\n';
  expect(await found('staff', named)).toEqual([
    {
      subject: 'staff',
      level: 'ok',
      message:
        'They are told of what needs them by mail to 2 addresses and in their Discord channel.',
    },
  ]);
});

it('tries whether what is kept outside the database can be written, and leaves nothing there', async () => {
  const file = scratchFile('');
  const dataDir = join(dirname(file), 'data');
  expect(await found('DATA_DIR', '', { DATA_DIR: dataDir })).toMatchObject([{ level: 'ok' }]);
  expect(readdirSync(dataDir)).toEqual([]);
  expect(await found('DATA_DIR', '', { DATA_DIR: join(file, 'data') })).toMatchObject([
    { level: 'error', message: expect.stringMatching(/cannot be written \(ENOTDIR\).*Make it/) },
  ]);
});
