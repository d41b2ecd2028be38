/** One run from an empty directory to the verdict. Starts everything itself, and stops all it started. */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, requireProgram, sleep } from '../rig/child.js';
import { deriveKeys } from '../src/subscribers/keys.js';
import { createFleet, type Fleet } from './fleet.js';
import { createLeavers, type Leavers } from './leavers.js';
import { type LedgerView, viewLedger } from './ledger.js';
import { type Neighbours, startNeighbours } from './neighbours.js';
import type { ChaosOptions } from './options.js';
import { complaintsAbout, readOutputFeeds } from './output-feeds.js';
import { makePlan } from './plan.js';
import { mailed, printProgress, settled } from './progress.js';
import type { Report } from './report.js';
import { discordChannels } from './service-config.js';
import { createStorm, type Storm } from './storm.js';
import { judge } from './verdict.js';

export interface ChaosIo {
  /** One line of what happens. */
  readonly say: (line: string) => void;
  /** Ends the run early; it rejects then. */
  readonly signal: AbortSignal;
}

/** Milliseconds that what is under way may take to settle after the last kill. */
const settling = 300_000;
/** So much longer than asked for the killing may take where processes start slowly. */
const slack = 10;

/** Throws UsageError where a part is missing, and an error where the run itself cannot go on. */
export async function runChaos(options: ChaosOptions, { say, signal }: ChaosIo): Promise<Report> {
  requireProgram('smtp-sink', 'postfix');
  if (options.engine === 'redis') requireProgram('redis-server', 'redis-server');
  const directory = await mkdtemp(join(tmpdir(), 'broadsheet-chaos-'));
  await chmod(directory, 0o755);
  const begun = Date.now();
  const timed = (line: string) =>
    say(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  const releasers: (() => Promise<unknown>)[] = [];
  if (options.keep) timed(`the dumps and the logs are kept in ${directory}`);
  else releasers.push(() => rm(directory, { recursive: true, force: true }));

  try {
    const { seed, engine } = options;
    const plan = makePlan(options);
    timed(`seed ${seed}: ${options.readers} readers, queue on ${engine}, ${options.seconds} s`);
    const around = await startNeighbours(options, directory, plan, releasers);
    const { newsroom, webUrl } = around;
    const ledger = viewLedger(around.postgres.url);
    releasers.push(ledger.close);
    const complaints: string[] = [];
    const looks: Promise<void>[] = [];
    const look = async () => void complaints.push(...(await complaintsAbout(webUrl, ledger)));
    const fleet = createFleet({
      directory,
      env: around.env,
      webPort: new URL(webUrl).port,
      ledger,
      onReady: (whom) => void (whom === 'web' && looks.push(look())),
    });
    releasers.push(fleet.stop);
    await fleet.start(signal);
    await firstPoll(webUrl);
    const keys = deriveKeys(around.secret);
    const readers = Array.from({ length: options.readers }, (_, n) => `reader${n}@readers.example`);
    const hashed = (address: string) => ({ address, hash: keys.addressHash('email', address) });
    await ledger.addReaders(readers.map(hashed), 'readers');
    timed('the service runs, and has seen the feed');

    const leavers = createLeavers({ readers, keys, webUrl, ledger, chance: plan.chance });
    const leave = leavers.leave;
    const storm = createStorm({ plan, around, fleet, ledger, leave, say: timed, signal });
    const stopPrinting = printProgress(ledger, timed);
    releasers.push(async () => stopPrinting());
    if (options.uncertain === 'retry-once') {
      const timer = setInterval(() => void ledger.hurry().catch(() => {}), 1_000);
      releasers.push(async () => clearInterval(timer));
    }
    const start = Date.now();
    // The edition is on its way when the rest begins.
    await storm.publishToReaders();
    await publishMoreUntil(
      storm.carryOut(slack * options.seconds * 1000),
      { storm, around, ledger },
      signal,
    );
    timed('nothing more is killed; what is under way is waited for');
    await settled(newsroom.published.length, ledger, { within: settling, signal });
    if (signal.aborted) throw new Error('The run was interrupted.');
    const seconds = (Date.now() - start) / 1000;
    stopPrinting();
    await Promise.all(looks);
    return await report({
      options,
      around,
      ledger,
      fleet,
      leavers,
      storm,
      readers,
      complaints,
      seconds,
    });
  } finally {
    for (const release of releasers.reverse()) {
      await release().catch((error: Error) => say(`Could not be cleaned up: ${error.message}`));
    }
  }
}

/** Resolves when what the feed had at first is served, which is never sent. */
async function firstPoll(webUrl: string): Promise<void> {
  const seen = async () => (await readOutputFeeds(webUrl))[0]?.titles.includes('Seeded 1');
  await eventually(async () => (await seen().catch(() => false)) || undefined, {
    every: 200,
    within: 60_000,
    otherwise: 'The first poll of the feed did not come about.',
  });
}

/** One article to all readers after the other, until the killing is over. */
async function publishMoreUntil(
  carriedOut: Promise<void>,
  { storm, around, ledger }: { storm: Storm; around: Neighbours; ledger: LedgerView },
  signal: AbortSignal,
): Promise<void> {
  let over = false;
  const killing = carriedOut.finally(() => {
    over = true;
  });
  const publishing = async () => {
    while (!over && !signal.aborted) {
      const { length } = around.newsroom.published;
      if (await mailed(length, ledger)) await storm.publishToReaders();
      await sleep(250);
    }
  };
  await Promise.all([killing, publishing()]);
}

interface Ran {
  readonly options: ChaosOptions;
  readonly around: Neighbours;
  readonly ledger: LedgerView;
  readonly fleet: Fleet;
  readonly leavers: Leavers;
  readonly storm: Storm;
  readonly readers: readonly string[];
  /** What was wrong so far. */
  readonly complaints: readonly string[];
  readonly seconds: number;
}

/** Gathers the facts, with the service asked to stop in between, and judges them. */
async function report(ran: Ran): Promise<Report> {
  const { options, around, ledger, fleet, leavers, storm, readers, seconds } = ran;
  const { newsroom, mail, discord } = around;
  // The web may have been killed last.
  const outputFeeds = await eventually(
    () => readOutputFeeds(around.webUrl).catch(() => undefined),
    { every: 200, within: 60_000, otherwise: 'The output feeds are not served any more.' },
  );
  const unclean = await fleet.stop();
  const { published } = newsroom;
  const dumps = await mail.dumps();
  const verdict = judge({
    uncertain: options.uncertain,
    readers,
    published,
    deliveries: await ledger.deliveries(),
    dumps,
    inFlight: storm.log.kills.flatMap(({ inFlight }) => inFlight),
    left: leavers.left,
    discordChannels: discordChannels.map(({ id, programs }) => ({ name: id, programs })),
    posts: discord
      .messages()
      .map(({ channelId, embeds }) => ({ channel: channelId, title: embeds[0]?.title ?? '' })),
    outputFeeds,
    complaints: [
      ...ran.complaints,
      ...unclean.map((whom) => `${whom} did not end with 0 when it was asked to stop.`),
      ...fleet.exits
        .filter(({ wasReady }) => wasReady)
        .map(({ whom, code }) => `${whom} ended by itself with ${code}.`),
    ],
  });
  return {
    options,
    verdict,
    storm: storm.log,
    editions: published.filter(({ program }) => program === 'readers').length,
    seconds,
    mailsPerSecond: dumps.length / seconds,
    failedStarts: fleet.exits.filter(({ wasReady }) => !wasReady).length,
    left: leavers.left.length,
  };
}
