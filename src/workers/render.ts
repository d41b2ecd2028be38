/** Renders editions, and tells staff of what could not be. */

import { type Renderers, renderFor } from '../channels/render.js';
import type { ChannelName, Edition } from '../model.js';
import type { Database } from '../store/database.js';
import type { Rendering } from '../store/editions.js';
import { recordIfNew } from '../store/events.js';

export interface RenderOptions {
  readonly database: Database;
  readonly channels: Renderers;
  readonly now: () => Date;
}

export type Render = (edition: Edition, names: Iterable<ChannelName>) => Promise<Rendering[]>;

/** What one channel cannot render stops that channel's deliveries only. */
export function createRender({ database, channels, now }: RenderOptions): Render {
  return async function render(edition, names) {
    const renderings = await renderFor(channels, edition, names);
    for (const { channel, result } of renderings) {
      if (!('failure' in result)) continue;
      await recordIfNew(database, {
        at: now(),
        actor: 'schedule',
        kind: 'edition.unrenderable',
        level: 'attention',
        subject: `edition:${edition.id}`,
        message: `The edition could not be rendered for ${channel}, so nothing of it goes out there: ${result.failure}`,
      });
    }
    return renderings;
  };
}
