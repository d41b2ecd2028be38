/** Where a bench takes place: a directory of its own, and what it started, stopped in the end. */

import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../rig/postgres.js';
import { startRedis } from '../rig/redis.js';
import { type Sink, startSink } from '../rig/sink.js';
import { type Database, openDatabase } from '../src/store/database.js';
import { openEmbedded } from '../src/store/embedded.js';
import { newsroom, program } from './edition.js';

export type Engine = 'redis' | 'embedded';

export const engineNames: Readonly<Record<Engine, string>> = {
  redis: 'PostgreSQL with Redis',
  embedded: 'embedded',
};

export interface Stage {
  readonly directory: string;
  /** For the service's processes. */
  readonly env: Readonly<Record<string, string>>;
  readonly database: Database;
  readonly sink: Sink;
  /** Waits for a thing to open, and has it closed in the end: what was opened last is closed first. */
  opened<Thing>(thing: Promise<Thing>, close: (thing: Thing) => Promise<unknown>): Promise<Thing>;
}

export interface Settings {
  readonly connections: number;
  /** Of an RSA key; nothing is signed where not given. */
  readonly dkimKey?: string;
  /** Lines of YAML. */
  readonly feeds?: string;
  /** The id of a Discord channel that gets everything; none does where not given. */
  readonly discordChannel?: string;
}

/** Yields what `work` yields on an empty ledger, and takes everything down after it. */
export async function* onStage<T>(
  engine: Engine,
  work: (stage: Stage) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const releasers: (() => Promise<unknown>)[] = [];
  const opened: Stage['opened'] = async (thing, close) => {
    const found = await thing;
    releasers.push(() => close(found));
    return found;
  };
  try {
    const directory = await opened(mkdtemp(join(tmpdir(), 'broadsheet-bench-')), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    await chmod(directory, 0o755);
    const dataDir = join(directory, 'data');
    await mkdir(dataDir);
    const sink = await opened(startSink(join(directory, 'sink'), []), (one) =>
      one.process.end('SIGTERM'),
    );
    const engines: Record<string, string> = {};
    let url: string;
    if (engine === 'redis') {
      const postgres = await opened(startPostgres(directory), (one) => one.stop('fast'));
      url = postgres.url;
      engines.DATABASE_URL = url;
      engines.REDIS_URL = (await opened(startRedis(directory), (one) => one.stop())).url;
      engines.BROADSHEET_SECRET = randomBytes(32).toString('hex');
    } else {
      url = (await opened(openEmbedded({ dataDir, say: () => {} }), (one) => one.close())).url;
    }
    const database = await opened(Promise.resolve(openDatabase({ url })), (one) => one.close());
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      PUBLIC_URL: 'https://news.bench.example',
      SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
      ...engines,
    };
    yield* work({ directory, env, database, sink, opened });
  } finally {
    for (const release of releasers.reverse()) await release();
  }
}

/** Writes the service's config, which its processes read when they start. */
export async function configure({ directory }: Stage, settings: Settings): Promise<void> {
  const { name, postalAddress } = newsroom;
  const dkim = settings.dkimKey
    ? `, dkim: { selector: bench, keyFile: "${settings.dkimKey}" }`
    : '';
  const feeds =
    settings.feeds ?? '  - { id: main, url: "https://policy.example/feed.xml", every: 24h }';
  const discord = settings.discordChannel
    ? `discord: { channels: [{ id: "${settings.discordChannel}", name: bench, programs: all }] }\n`
    : '';
  await writeFile(
    join(directory, 'broadsheet.yaml'),
    `newsroom: { name: ${name}, postalAddress: ${postalAddress}, language: en, timezone: UTC }
email: { from: news@bench.example, replyTo: editors@bench.example, connections: ${settings.connections}${dkim} }
programs: [{ id: ${program.id}, name: "${program.name}" }]
release: { after: 0s }
${discord}feeds:
${feeds}
`,
  );
}
