/** Whether ten times the readers cost ten times as much, and what staff and readers see meanwhile. */

import { eventually, freePort } from '../rig/child.js';
import { addReaders } from '../rig/readers.js';
import { startService } from '../rig/service.js';
import { readStatus } from '../src/staff/status.js';
import { why } from '../src/staff/why.js';
import { deriveKeys } from '../src/subscribers/keys.js';
import { idToken } from '../src/subscribers/tokens.js';
import { freezeTenArticles, newsroom, program } from './edition.js';
import type { Figure } from './figures.js';
import type { BenchIo, BenchOptions } from './options.js';
import { peakMemory } from './process.js';
import { acceptedMails } from './receipts.js';
import { configure, onStage, type Stage } from './stage.js';

const address = 'reader1@readers.example';

export async function* scale(options: BenchOptions, io: BenchIo): AsyncGenerator<Figure> {
  const sizes = options.smoke
    ? [200]
    : [10_000, 100_000, 1_000_000].filter((n) => n <= options.largest);
  let first: { perReader: number; memory: number } | undefined;
  for (const readers of sizes) {
    const name = `scale: ${readers.toLocaleString('en')} readers`;
    io.say(name);
    yield* onStage<Figure>('redis', async function* (stage) {
      const found = await measure(stage, readers);
      const base = first ?? found;
      first = base;
      const of = `${sizes[0]?.toLocaleString('en')} readers`;
      yield {
        name: `${name}: assembling`,
        value: found.assembling,
        unit: 's',
        wanted: { atMost: 60 },
      };
      yield {
        name: `${name}: each`,
        value: found.perReader,
        unit: 'ms',
        ratio: { is: found.perReader / base.perReader, of },
        wanted: { atMost: 1.15 },
      };
      yield {
        name: `${name}: memory of deliver`,
        value: found.memory,
        unit: 'MB',
        ratio: { is: found.memory / base.memory, of },
        wanted: { atMost: 1.2 },
      };
      yield { name: `${name}: memory of web`, value: found.webMemory, unit: 'MB' };
      yield { name: `${name}: ledger`, value: found.ledger, unit: 'MB' };
      for (const [what, times] of Object.entries(found.answers)) {
        yield {
          name: `${name}: ${what} while it sends, 99th percentile of ${times.length}`,
          value: percentile(times, 0.99),
          unit: 'ms',
          ...(what !== 'status' && { wanted: { atMost: 50 } }),
        };
      }
    });
  }
}

async function measure(stage: Stage, readers: number) {
  const { directory, env, database } = stage;
  await configure(stage, { connections: 10 });
  const port = String(await freePort());
  const web = await startService({ directory, env: { ...env, PORT: port }, role: 'web' });
  const deliver = await startService({ directory, env, role: 'deliver' });
  try {
    await addReaders(database, readers, program.id);
    await database.query('analyze');
    const keys = deriveKeys(env.BROADSHEET_SECRET as string);
    const { rows } = await database.query(
      'update destinations set address_hash = $2 where address = $1 returning id',
      [address, keys.addressHash('email', address)],
    );
    const page = `http://127.0.0.1:${port}/preferences/${idToken(keys, 'preferences', rows[0].id)}`;
    const title = 'Figures of the basin';
    const before = performance.now();
    const edition = await freezeTenArticles(database, title);
    const assembling = (performance.now() - before) / 1000;
    const settled = () => acceptedMails(database, edition);
    const otherwise = `The edition did not come to its end. What the service said is in ${directory}.`;
    const start = await eventually(async () => (await settled()) || undefined, {
      every: 5,
      within: 60_000,
      otherwise,
    });
    const begun = performance.now();
    const tools = {
      database,
      keys,
      programs: [program],
      timezone: newsroom.timezone,
      now: () => new Date(),
    };
    const asks: Record<string, () => Promise<unknown>> = {
      status: () => readStatus(database, [], { editions: 5 }),
      why: () => why(tools, address, title),
      'a preferences page': async () => {
        const response = await fetch(page);
        if (response.status !== 200)
          throw new Error(`The preferences page answered ${response.status}.`);
        await response.text();
      },
    };
    const answers: Record<string, number[]> = Object.fromEntries(
      Object.keys(asks).map((what) => [what, []]),
    );
    await eventually(
      async () => {
        for (const [what, ask] of Object.entries(asks)) {
          const asked = performance.now();
          await ask();
          answers[what]?.push(performance.now() - asked);
        }
        return (await settled()) >= readers || undefined;
      },
      { every: 50, within: 60 * 60_000, otherwise },
    );
    const perReader = (performance.now() - begun) / (readers - start);
    const size = await database.query(
      'select pg_database_size(current_database())::float8 as bytes',
    );
    return {
      assembling,
      perReader,
      memory: peakMemory(deliver.pid),
      webMemory: peakMemory(web.pid),
      ledger: size.rows[0].bytes / 1_000_000,
      answers,
    };
  } finally {
    await Promise.all([web.stop(), deliver.stop()]);
  }
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
