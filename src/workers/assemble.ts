/** Releases what is due, freezes its editions, renders them once, and writes their frozen lists. */

import type { Channel } from '../channels/channel.js';
import { freezeAlert } from '../editions/alert.js';
import type { ArticleId, ChannelName, Edition, EditionId, Program } from '../model.js';
import { articleRow, nextRelease, releaseDue, unalerted } from '../store/articles.js';
import type { Database } from '../store/database.js';
import {
  assembleChunk,
  assemblingEditions,
  audienceShape,
  freezeAlerts,
  type Rendering,
} from '../store/editions.js';
import { recordEvent } from '../store/events.js';

/** Deliveries written in one transaction. */
const chunkSize = 2_000;

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
  /** When the next undo window is over. */
  readonly nextRelease?: Date;
}

export function createAssemble(options: AssembleOptions) {
  const { database, channels, programs, now, signal, onReady } = options;

  return async function assemble(): Promise<AssembleResult> {
    await releaseDue(database, now());
    // One that cannot be frozen or completed must not stop the others; the queue logs the error.
    const failures: unknown[] = [];
    for (const article of await unalerted(database)) {
      if (signal.aborted) return {};
      await freeze(article).catch((error) => failures.push(error));
    }
    for (const edition of await assemblingEditions(database)) {
      await complete(edition).catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    const next = await nextRelease(database);
    return next ? { nextRelease: next } : {};
  };

  async function complete(edition: EditionId): Promise<void> {
    let ready = false;
    while (!ready) {
      if (signal.aborted) return;
      ({ ready } = await assembleChunk(database, edition, { size: chunkSize, now: now() }));
    }
    await onReady(edition, [...channels.keys()]);
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
      frozen.push({ key, edition, renderings });
    }
    await freezeAlerts(database, id, frozen, at);
  }

  /** What one channel cannot render stops that channel's deliveries only, and staff are told. */
  async function render(edition: Edition, names: ReadonlySet<ChannelName>): Promise<Rendering[]> {
    const renderings: Rendering[] = [];
    for (const name of names) {
      const channel = channels.get(name);
      if (!channel) continue;
      try {
        renderings.push({ channel: name, result: { rendered: await channel.render(edition) } });
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        renderings.push({ channel: name, result: { failure } });
        await recordEvent(database, {
          at: now(),
          actor: 'schedule',
          kind: 'edition.unrenderable',
          level: 'attention',
          subject: `edition:${edition.id}`,
          message: `The edition could not be rendered for ${name}, so nothing of it goes out there: ${failure}`,
        });
      }
    }
    return renderings;
  }
}
