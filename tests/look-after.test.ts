import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../src/config/load.js';
import { startLookingAfter } from '../src/look-after.js';
import type { JobQueue } from '../src/queue/queue.js';
import { recordPollOutcome } from '../src/store/feeds.js';
import { silences } from '../src/store/silence.js';
import { deriveKeys } from '../src/subscribers/keys.js';
import { scratchFile } from './config/scratch.js';
import { configText } from './staff/room.js';
import { testLedger } from './support/database.js';
import { later, poll } from './support/ledger.js';

const day = 86_400;
const log = { debug() {}, info() {}, warn() {}, error() {} };

it('looks for silences as soon as a process that watches starts', async () => {
  const database = await testLedger();
  for (let n = 0; n < 12; n += 1) await poll(database, [`a${n}`], { at: later(n * day) });
  const at = later(20 * day);
  const next = { at, reason: 'every 15 minutes' };
  await recordPollOutcome(database, 'main', { at, next, outcome: 'Nothing.', result: 'succeeded' });
  const loaded = loadConfig(scratchFile(configText));
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  const queue = { check: async () => {} } as JobQueue;
  const looking = await startLookingAfter({
    config: loaded.config,
    ledger: { database, keys: deriveKeys('a secret of the test'), queue: async () => queue },
    roles: ['watch'],
    channels: new Map(),
    log,
    now: () => at,
  });
  onTestFinished(() => looking.stop());
  const found = async () => (await silences(database)).map(({ subject }) => subject);
  await expect.poll(found, { timeout: 20_000 }).toEqual(['feed:main']);
});
