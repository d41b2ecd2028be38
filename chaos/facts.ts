/** What a run has found out, and what is judged. */

import type { InFlight } from './fleet.js';
import type { DeliveryFact } from './ledger.js';
import type { Dump } from './parts/dump.js';
import type { Published } from './parts/newsroom.js';

export interface Leaver {
  readonly address: string;
  /** Titles of articles whose mail was handed over, or just being, when the unsubscribing was answered. */
  readonly mayHave: ReadonlySet<string>;
}

export interface Post {
  readonly channel: string;
  readonly title: string;
}

/** An output feed as it was served when everything was over. */
export interface ServedFeed {
  readonly path: string;
  readonly titles: readonly string[];
}

/** Which programs a Discord channel or an output feed carries. */
export interface Place {
  readonly name: string;
  readonly programs: readonly Published['program'][];
}

export interface Facts {
  readonly uncertain: 'hold' | 'retry-once';
  readonly readers: readonly string[];
  readonly published: readonly Published[];
  readonly deliveries: readonly DeliveryFact[];
  readonly dumps: readonly Dump[];
  /** At all kills together. */
  readonly inFlight: readonly InFlight[];
  readonly left: readonly Leaver[];
  readonly discordChannels: readonly Place[];
  readonly posts: readonly Post[];
  /** The feeds of articles. */
  readonly outputFeeds: readonly (Place & ServedFeed)[];
  /** What was wrong while the run went on, each a sentence. */
  readonly complaints: readonly string[];
}
