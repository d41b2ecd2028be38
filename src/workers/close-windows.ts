/** Closes the windows that are due: freezes the digests that their destinations share, and lists them. */

import { type DigestContent, digestKey, freezeDigest } from '../editions/digest.js';
import { editionId } from '../editions/ids.js';
import type { ArticleId, ChannelName, DestinationId, EditionId, Program } from '../model.js';
import { type ArticleRow, articleRow } from '../store/articles.js';
import { type Database, exclusively, locks } from '../store/database.js';
import { refreshStatistics } from '../store/deliveries.js';
import {
  closeWindows,
  createWindowPlanner,
  nextWindow,
  type PlannedWindow,
} from '../store/digests.js';
import {
  assemblingDigests,
  freezeEdition,
  frozenEdition,
  readyDigests,
} from '../store/editions.js';
import type { Render } from './render.js';

/** Windows closed in one transaction. */
const chunkSize = 1_000;

export interface CloseWindowsOptions {
  readonly database: Database;
  readonly programs: readonly Program[];
  readonly render: Render;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Told of each edition as soon as it is ready, with the channels it goes out on. */
  readonly onReady: (edition: EditionId, channels: readonly ChannelName[]) => Promise<void>;
}

export interface ClosedWindows {
  /** Windows closed, the empty ones included. */
  readonly closed: number;
  readonly editions: readonly EditionId[];
}

/** Closes what is due at `asOf`. Where another process is at it, it does nothing. */
export function createCloseWindows(options: CloseWindowsOptions) {
  const { database, programs, render, now, signal, onReady } = options;

  return async function close(asOf: Date): Promise<ClosedWindows> {
    const next = await nextWindow(database);
    const due = next !== undefined && next <= asOf;
    // A digest stays `assembling` where the process that closed its windows died.
    if (!due && !(await assemblingDigests(database))) return { closed: 0, editions: [] };
    const done = await exclusively(database, locks.windows, () => closeDue(asOf));
    return done ?? { closed: 0, editions: [] };
  };

  async function closeDue(asOf: Date): Promise<ClosedWindows> {
    const planner = createWindowPlanner(database, { asOf, programs });
    const articles = new Map<ArticleId, ArticleRow>();
    const failures: unknown[] = [];
    let closed = 0;
    let after: DestinationId | undefined;
    while (!signal.aborted) {
      const windows = await planner.next({ after, limit: chunkSize });
      after = windows.at(-1)?.destination.id;
      if (!after) break;
      try {
        const broken = await freezeAll(windows, articles, failures);
        const whole = windows.filter(({ digest }) => !digest || !broken.has(digestKey(digest)));
        closed += (await closeWindows(database, whole, now())).size;
      } catch (error) {
        failures.push(error);
      }
    }
    if (signal.aborted) return { closed, editions: [] };
    const editions = await readyDigests(database, now());
    for (const edition of editions) await onReady(edition, await channelsOf(edition));
    if (closed > chunkSize) await refreshStatistics(database);
    if (failures.length > 0) throw failures[0];
    return { closed, editions };
  }

  /** Freezes each distinct content once. Returns the keys of those that could not be. */
  async function freezeAll(
    windows: readonly PlannedWindow[],
    articles: Map<ArticleId, ArticleRow>,
    failures: unknown[],
  ): Promise<Set<string>> {
    const contents = new Map<string, { digest: DigestContent; channels: Set<ChannelName> }>();
    for (const { digest, destination } of windows) {
      if (!digest) continue;
      const key = digestKey(digest);
      // The mail is also the edition's web view, which others link to.
      const known = contents.get(key) ?? { digest, channels: new Set<ChannelName>(['email']) };
      known.channels.add(destination.channel);
      contents.set(key, known);
    }
    const broken = new Set<string>();
    for (const [key, { digest, channels }] of contents) {
      await freeze(digest, channels, articles).catch((error) => {
        broken.add(key);
        failures.push(error);
      });
    }
    return broken;
  }

  async function freeze(
    digest: DigestContent,
    channels: ReadonlySet<ChannelName>,
    articles: Map<ArticleId, ArticleRow>,
  ): Promise<void> {
    const key = digestKey(digest);
    const before = await frozenEdition(database, editionId(key));
    const missing = [...channels].filter((channel) => !before?.channels.includes(channel));
    if (missing.length === 0) return;
    const at = now();
    for (const id of digest.sections.flatMap((section) => section.articles)) {
      const article = articles.get(id) ?? (await articleRow(database, id));
      if (article) articles.set(id, article);
    }
    const edition =
      before?.edition ?? freezeDigest(digest, articles, programs, at.toISOString()).edition;
    const renderings = await render(edition, missing);
    await database.transaction((tx) =>
      freezeEdition(tx, { key, edition, renderings, closesAt: digest.closedAt }, at),
    );
  }

  async function channelsOf(edition: EditionId): Promise<readonly ChannelName[]> {
    return (await frozenEdition(database, edition))?.channels ?? [];
  }
}
