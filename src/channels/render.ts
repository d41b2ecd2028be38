/** Renders an edition for several channels. */

import type { ChannelName, Edition } from '../model.js';
import type { Rendering } from '../store/editions.js';
import type { Channel } from './channel.js';

/** The channels as far as rendering needs them. */
export type Renderers = ReadonlyMap<ChannelName, Pick<Channel, 'render'>>;

/** What one channel cannot render is its result, and keeps none of the others from theirs. */
export async function renderFor(
  renderers: Renderers,
  edition: Edition,
  names: Iterable<ChannelName>,
): Promise<Rendering[]> {
  const renderings: Rendering[] = [];
  for (const channel of names) {
    const renderer = renderers.get(channel);
    if (!renderer) continue;
    try {
      renderings.push({ channel, result: { rendered: await renderer.render(edition) } });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      renderings.push({ channel, result: { failure } });
    }
  }
  return renderings;
}
