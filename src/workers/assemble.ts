/** Releases what is due, freezes alerts and digests, renders them once, and writes their frozen lists. */

import type { Channel } from '../channels/channel.js';
import { freezeAlert } from '../editions/alert.js';
import type { ArticleId, ChannelName, EditionId, Program } from '../model.js';
import { articleRow, nextRelease, releaseDue, unalerted } from '../store/articles.js';
import type { Database } from '../store/database.js';
import { refreshStatistics } from '../store/deliveries.js';
import { nextWindow } from '../store/digests.js';
import { assembleChunk, assemblingAlerts, audienceShape, freezeAlerts } from '../store/editions.js';
import { readFence } from '../store/fence.js';
import { createCloseWindows } from './close-windows.js';
import { createRender } from './render.js';

/** Deliveries written in one transaction. */
export const chunkSize = 2_000;

export interface AssembleOptions {
  readonly database: Database;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  readonly programs: readonly Program[];
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Told of each edition as soon as it is ready, with the channels it goes out on. */
  readonly onReady: (edition: EditionId, channels: readonly ChannelName[]) => Promise<void>;
}

export interface AssembleResult {
  /** When the next undo window is over, or the next digest's window closes. */
  readonly next?: Date;
}

export function createAssemble(options: AssembleOptions) {
  const { database, channels, programs, now, signal, onReady } = options;
  const render = createRender(options);
  const closeWindows = createCloseWindows({ ...options, render });

  return async function assemble(): Promise<AssembleResult> {
    if (await readFence(database)) return {};
    await releaseDue(database, now());
    // One that cannot be frozen or completed must not stop the others; the queue logs the error.
    const failures: unknown[] = [];
    for (const article of await unalerted(database)) {
      if (signal.aborted || (await readFence(database))) return {};
      await freeze(article).catch((error) => failures.push(error));
    }
    for (const edition of await assemblingAlerts(database)) {
      await complete(edition).catch((error) => failures.push(error));
    }
    // After the alerts, so that what came as one is not in a digest too.
    await closeWindows(now()).catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
    const ahead = [await nextRelease(database), await nextWindow(database)].filter(
      (moment) => moment !== undefined,
    );
    if (ahead.length === 0) return {};
    return { next: new Date(Math.min(...ahead.map((moment) => moment.getTime()))) };
  };

  async function complete(edition: EditionId): Promise<void> {
    let written = 0;
    for (let ready = false; !ready; ) {
      if (signal.aborted) return;
      const chunk = await assembleChunk(database, edition, { size: chunkSize, now: now() });
      written += chunk.added;
      ready = chunk.ready;
    }
    await onReady(edition, [...channels.keys()]);
    if (written > chunkSize) await refreshStatistics(database);
  }

  async function freeze(id: ArticleId): Promise<void> {
    const article = await articleRow(database, id);
    if (!article) throw new Error(`The article ${id} is not in the ledger.`);
    const shape = await audienceShape(database, id);
    const at = now();
    const frozen = [];
    for (const language of new Set(shape.map((one) => one.language))) {
      const { key, edition } = freezeAlert(article, language, programs, at.toISOString());
      const used = shape.filter((one) => one.language === language).map((one) => one.channel);
      // The mail is also the edition's web view, which others link to.
      const renderings = await render(edition, new Set<ChannelName>(['email', ...used]));
      frozen.push({ key, edition, renderings, waitsSince: article.releaseAt ?? at });
    }
    await freezeAlerts(database, id, frozen, at);
  }
}
