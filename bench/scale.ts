/** Whether ten times the readers cost ten times as much, and what staff and readers see meanwhile. */

import { eventually, freePort } from '../rig/child.js';
import { addReaders } from '../rig/readers.js';
import { startService } from '../rig/service.js';
import { readStatus } from '../src/staff/status.js';
import { why } from '../src/staff/why.js';
import { deriveKeys, type Keys } from '../src/subscribers/keys.js';
import { idToken } from '../src/subscribers/tokens.js';
import { freezeTenArticles, newsroom, program } from './edition.js';
import type { Figure } from './figures.js';
import type { BenchIo, BenchOptions } from './options.js';
import { peakMemory } from './process.js';
import { mailBegan, mailEnded, mailTimes } from './receipts.js';
import { configure, onStage, type Stage } from './stage.js';
import { warmUp } from './warm-up.js';

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
      const say = (line: string) => io.say(`${name}: ${line}`);
      const found = await measure(stage, readers, say);
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

async function measure(stage: Stage, readers: number, say: BenchIo['say']) {
  const { directory, env, database } = stage;
  await configure(stage, { connections: 10 });
  const port = String(await freePort());
  const web = await startService({ directory, env: { ...env, PORT: port }, role: 'web' });
  const deliver = await startService({ directory, env, role: 'deliver' });
  try {
    await addReaders(database, readers, program.id);
    await database.query('analyze');
    const earlier = await warmUp(stage);
    const keys = deriveKeys(env.BROADSHEET_SECRET as string);
    const { rows } = await database.query(
      'update destinations set address_hash = $2 where address = $1 returning id',
      [address, keys.addressHash('email', address)],
    );
    const page = `http://127.0.0.1:${port}/preferences/${idToken(keys, 'preferences', rows[0].id)}`;
    const title = 'Figures of the basin';
    for (const ask of Object.values(questions(stage, { keys, page, title: earlier }))) await ask();
    await readStatus(database, [], { editions: 5 });
    const asks = questions(stage, { keys, page, title });
    say('assembling');
    const before = performance.now();
    const edition = await freezeTenArticles(database, title);
    const assembling = (performance.now() - before) / 1000;
    const otherwise = `The edition did not come to its end. What the service said is in ${directory}.`;
    await eventually(async () => (await mailBegan(database, edition)) || undefined, {
      every: 5,
      within: 60_000,
      otherwise,
    });
    const answers: Record<string, number[]> = {};
    async function timed<T>(what: string, ask: () => Promise<T>): Promise<T> {
      const asked = performance.now();
      const answer = await ask();
      answers[what] = [...(answers[what] ?? []), performance.now() - asked];
      return answer;
    }
    let round = 0;
    await eventually(
      async () => {
        // It counts every delivery, and staff look at it now and then.
        if (round++ % 100 === 0) {
          const status = await timed('status', () => readStatus(database, [], { editions: 5 }));
          const counts = status.editions.find(({ id }) => id === edition)?.counts.email;
          say(`${(counts?.accepted ?? 0).toLocaleString('en')} mails are out`);
        }
        for (const [what, ask] of Object.entries(asks)) await timed(what, ask);
        return (round % 5 === 0 && (await mailEnded(database, edition))) || undefined;
      },
      { every: 100, within: 60 * 60_000, otherwise },
    );
    const { first, last } = await mailTimes(database, edition, readers);
    const perReader = (last - first) / readers;
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

/** What staff and readers ask. A process that runs was asked before. */
function questions(
  { database }: Stage,
  { keys, page, title }: { readonly keys: Keys; readonly page: string; readonly title: string },
): Record<string, () => Promise<unknown>> {
  const now = () => new Date();
  const tools = { database, keys, programs: [program], timezone: newsroom.timezone, now };
  return {
    why: () => why(tools, address, title),
    'a preferences page': async () => {
      const response = await fetch(page);
      if (response.status !== 200)
        throw new Error(`The preferences page answered ${response.status}.`);
      await response.text();
    },
  };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
