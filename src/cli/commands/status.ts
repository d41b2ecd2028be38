import type { Status } from '../../staff/status.js';
import { fenceSentence } from '../../store/fence.js';
import { exitCodes } from '../exit.js';
import type { Register } from '../main.js';
import type { Output } from '../output.js';
import { progressLines } from '../progress.js';
import { ago, counts, howMany, since } from '../words.js';

/** `broadsheet status`: how everything is. */
export const status: Register = ({ command, exits, io, output }) => {
  command('status', {
    summary:
      'Show what fails, feeds, what is held, editions with their receipts, and what wants attention.',
    examples: ['broadsheet status', 'broadsheet status --editions 50', 'broadsheet status --json'],
    json: '{ "services": [{ "number", "host", "pid", "roles", "startedAt" }], "fence": { "at", "marks": [{ "instance", "mark" }], "moved": { "from", "to" } or null } or null, "paused": { "at", "actor", "reason" } or null, "neighbours": [{ "name", "title", "since", "triedAt", "message", "reportedAt" }] of those that fail, "untoldHubs": [{ "hub", "outputFeeds": number, "outcome", "retryAt" }], "heldEditions": [{ "id", "kind", "state", "createdAt", "heldAt", "holdReason", "title", "articles", "progress" }], "feeds": [{ "id", "url", "title", "seededAt", "lastPollAt", "nextPollAt", "nextPollReason", "failures", "lastOutcome", "held", "hold": { "at", "reason" } or null }], "silences": [{ "subject", "since", "noticedAt", "message" }], "editions": [{ "id", "kind", "language", "state", "createdAt", "title", "counts": { CHANNEL: { STATE: number } }, "failures": { CHANNEL: sentence } }], "attention": [{ "at", "actor", "kind", "level", "subject", "message" }], "seeded": [as in attention] }',
  })
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .option('--editions <number>', 'how many of the newest editions', howMany, 10)
    .action(
      exits(async (options: { config?: string; editions: number; json?: boolean }) => {
        const { withLedger } = await import('../ledger.js');
        const { readStatus } = await import('../../staff/status.js');
        const { status: read, now } = await withLedger(
          io,
          options,
          async ({ database, config, now }) => ({
            status: await readStatus(database, config.feeds, {
              editions: options.editions,
              hubs: config.outputFeeds.hubs,
            }),
            now: now(),
          }),
        );
        if (options.json) output.json(read);
        else show(read, output, now);
        return exitCodes.done;
      }),
    );
};

function show(read: Status, output: Output, now: Date): void {
  const { services, fence, paused, neighbours, heldEditions, feeds, silences } = read;
  const { editions, attention, seeded } = read;
  const heading = (text: string) => output.line(output.paint('bold', text));
  if (services.length === 0) {
    output.line(
      output.paint(
        'yellow',
        'No service is running: nothing is polled or sent. Start one with "broadsheet serve".',
      ),
    );
  }
  if (fence) output.line(output.paint('red', fenceSentence));
  if (paused) {
    output.line(
      output.paint(
        'red',
        `All sending is paused by ${paused.actor}, ${ago(paused.at, now)}: ${paused.reason}`,
      ),
    );
    output.line('It goes on with: broadsheet resume --reason "…"');
  }
  for (const { title, since: begun, triedAt, message } of neighbours) {
    const failing = `${title} fails (first ${ago(begun, now)}, last tried ${ago(triedAt, now)}).`;
    output.line(`${output.paint('red', failing)} ${message}`);
  }
  for (const { hub, outputFeeds, outcome } of read.untoldHubs) {
    const which = outputFeeds === 1 ? 'an output feed has' : `${outputFeeds} output feeds have`;
    output.line(
      output.paint('yellow', `The hub ${hub} could not be told that ${which} changed. ${outcome}`),
    );
  }
  for (const { id, hold } of feeds) {
    if (!hold) continue;
    output.line(
      output.paint('yellow', `The feed ${id} is held, ${ago(hold.at, now)}: ${hold.reason}`),
    );
  }
  for (const { message } of silences) output.line(output.paint('yellow', message));
  for (const { id, kind, title, heldAt, holdReason, progress } of heldEditions) {
    output.line(
      output.paint(
        'yellow',
        `The ${kind} “${title}” (${id.slice(0, 8)}) is held, ${ago(heldAt, now)}: ${holdReason ?? ''}`,
      ),
    );
    progressLines(output, progress);
  }
  for (const { number, host, pid, roles, startedAt } of services) {
    output.line(
      `Service ${number} runs ${roles.join(', ')} on ${host} (process ${pid}), started ${ago(startedAt, new Date())}.`,
    );
  }
  output.line();
  heading('Feeds');
  output.table(
    [
      { header: 'FEED' },
      { header: 'LAST POLL' },
      { header: 'NEXT' },
      { header: 'FAILED', align: 'right' },
      { header: 'HELD', align: 'right' },
      { header: 'OUTCOME', narrow: 'wrap' },
    ],
    feeds.map((feed) => [
      feed.id,
      ago(feed.lastPollAt, now),
      // Polled before, and not again: it is gone.
      feed.lastPollAt && !feed.nextPollAt ? '-' : since(feed.nextPollAt, now),
      String(feed.failures),
      String(feed.held),
      feed.lastOutcome ?? '',
    ]),
  );
  output.line();
  heading('Editions');
  if (editions.length === 0) output.line('None yet.');
  else {
    output.table(
      [
        { header: 'FROZEN' },
        { header: 'TITLE', narrow: 'first' },
        { header: 'EMAIL' },
        { header: 'DISCORD' },
        { header: 'RSS' },
      ],
      editions.map((edition) => [
        ago(edition.createdAt, now),
        edition.title,
        edition.failures.email ? 'not rendered' : counts(edition.counts.email),
        edition.failures.discord ? 'not rendered' : counts(edition.counts.discord),
        edition.failures.rss ? 'not rendered' : counts(edition.counts.rss),
      ]),
    );
  }
  list('First polls', seeded);
  list('Wants attention', attention);

  function list(title: string, events: Status['attention']): void {
    if (events.length === 0) return;
    output.line();
    heading(title);
    for (const { at, subject, message } of events) {
      output.line(`${output.paint('dim', `${ago(at, now)}, ${subject}:`)} ${message}`);
    }
  }
}
