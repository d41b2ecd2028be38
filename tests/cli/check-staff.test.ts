import { expect, it } from 'vitest';
import { realNeighbours } from '../../src/cli/neighbours.js';
import type { Config } from '../../src/config/config.js';
import { readEnvironment } from '../../src/config/environment.js';
import { loadConfig } from '../../src/config/load.js';
import { least, scratchFile } from '../config/scratch.js';

/** What `check` finds of how staff are told. */
async function found(more: string) {
  const loaded = loadConfig(scratchFile(`${least}${more}`));
  if (!('config' in loaded)) throw new Error(JSON.stringify(loaded.errors));
  return check(loaded.config);
}

async function check(config: Config) {
  const read = readEnvironment({}, '/nowhere');
  if (!('environment' in read)) throw new Error('The environment is wrong.');
  const checks = await realNeighbours.checks(config, read.environment);
  return checks.find(({ subject }) => subject === 'staff')?.run();
}

it('says by which ways staff are told of what needs them, and warns where nobody is', async () => {
  expect(await found('')).toMatchObject([
    { level: 'warning', message: expect.stringContaining('staff.mail') },
  ]);
  const named =
    'staff: { mail: [a@example.org, b@example.org], discordChannel: "112233445566778899" }\n';
  expect(await found(named)).toEqual([
    {
      subject: 'staff',
      level: 'ok',
      message:
        'They are told of what needs them by mail to 2 addresses and in their Discord channel.',
    },
  ]);
});
