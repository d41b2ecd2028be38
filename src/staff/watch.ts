/** What happens, as it happens: the ledger is looked at again and again, and what has changed is told. */

import type { ChannelName, EditionId, Instant } from '../model.js';
import type { Database } from '../store/database.js';
import type { EditionProgress, Progress } from '../store/holds.js';
import {
  eventsFrom,
  newestEditions,
  position,
  releasedAfter,
  watchedEditions,
} from '../store/live.js';
import { liveProcesses } from '../store/processes.js';

const channels: readonly ChannelName[] = ['email', 'discord', 'rss'];

/** One thing that happened. */
export interface Happening {
  readonly at: Instant;
  /** `service.…`, `article.released`, `edition.…`, or the kind of an event of the ledger. */
  readonly kind: string;
  readonly level: 'info' | 'attention';
  readonly actor: string;
  /** As in events: `feed:<id>`, `article:<id>`, `edition:<id>`; or `service`. */
  readonly subject: string;
  /** A full sentence, or a title. */
  readonly message: string;
  /** Of an edition's progress. */
  readonly channel?: ChannelName;
  readonly progress?: Progress;
}

export interface FollowOptions {
  readonly database: Database;
  readonly now: () => Date;
  /** Resolves when it is time to look again; to false where that is enough. */
  readonly pause: () => Promise<boolean>;
}

/** Tells what is so at the beginning, and then each thing once; ends when `pause` says so. */
export async function* follow({ database, now, pause }: FollowOptions): AsyncGenerator<Happening> {
  const start = await position(database);
  const events = createEvents(start.event);
  const editions = createEditions(new Set(await newestEditions(database)));
  let order = start.order;
  let serves: boolean | undefined;
  do {
    const running = (await liveProcesses(database)).length > 0;
    if (running !== serves) yield service(running, serves === undefined);
    serves = running;
    yield* await events();
    for (const article of await releasedAfter(database, order)) {
      order = article.order;
      yield {
        ...own('article.released', `article:${article.id}`, `Released: ${article.title}`),
        at: article.releasedAt.toISOString(),
      };
    }
    yield* await editions();
  } while (await pause());

  function own(kind: string, subject: string, message: string): Happening {
    const at = now().toISOString();
    return { at, kind, level: 'info', actor: 'schedule', subject, message };
  }

  function service(running: boolean, first: boolean): Happening {
    if (running) {
      return own('service.running', 'service', first ? 'A service runs.' : 'A service runs again.');
    }
    const message =
      'No service is running: nothing is polled or sent. Start one with "broadsheet serve".';
    return { ...own('service.missing', 'service', message), level: 'attention' };
  }

  /** The ledger's own events after number `last`. */
  function createEvents(last: number) {
    let from = last;
    let seen: Set<number> | undefined;
    return async (): Promise<Happening[]> => {
      const found = await eventsFrom(database, from);
      const before = seen ?? new Set(found.map(({ id }) => id).filter((id) => id <= from));
      seen = new Set(found.map(({ id }) => id));
      from = Math.max(from, ...seen);
      return found
        .filter(({ id }) => !before.has(id))
        .map(({ id: _, at, ...event }) => ({ ...event, at: at.toISOString() }));
    };
  }

  /** Editions that are frozen, get ready, and go out. Those of `old` that are finished are not looked at. */
  function createEditions(old: ReadonlySet<EditionId>) {
    const known = new Set(old);
    const states = new Map<EditionId, EditionProgress>();
    return async (): Promise<Happening[]> => {
      const fresh = (await newestEditions(database)).filter((id) => !known.has(id));
      const found = await watchedEditions(database, [...fresh, ...states.keys()]);
      const told: Happening[] = [];
      for (const edition of found) {
        const { id, kind, title, state, progress } = edition;
        const before = states.get(id);
        const subject = `edition:${id}`;
        const what = `${kind === 'alert' ? 'Alert' : 'Digest'} “${title}”`;
        if (!known.has(id)) told.push(own('edition.frozen', subject, `${what} is frozen.`));
        if (state === 'ready' && before?.state !== 'ready' && (before || !known.has(id))) {
          told.push(own('edition.ready', subject, `${what} is ready.`));
        }
        for (const channel of channels) {
          const each = progress[channel];
          if (!each || !moved(before?.progress[channel], each)) continue;
          told.push({ ...own('edition.progress', subject, title), channel, progress: each });
        }
        known.add(id);
        if (isFinished(edition)) states.delete(id);
        else states.set(id, edition);
      }
      return told;
    };
  }
}

/** Whether anything settled since; what only waits is told once, when it is first seen. */
function moved(before: Progress | undefined, now: Progress): boolean {
  if (!before) return true;
  const settled = ({ accepted, rejected, uncertain, skipped }: Progress) =>
    [accepted, rejected, uncertain, skipped].join();
  return settled(before) !== settled(now);
}

function isFinished({ state, progress }: EditionProgress): boolean {
  return (
    state === 'ready' && Object.values(progress).every((one) => one.onWire + one.waiting === 0)
  );
}
