/** The archive: what there is to read and to follow, and the editions of one program. */

import type { Instant, Language, Newsroom } from '../../model.js';
import { longDate } from '../locale.js';
import type { Strings } from '../strings/index.js';

export interface ArchivePage {
  /** The program's name, or the newsroom's. */
  readonly title: string;
  readonly editions: readonly {
    readonly url: string;
    readonly subject: string;
    readonly language: Language;
    readonly digest: boolean;
    readonly at: Instant;
  }[];
  /** As RSS, which readers find by the page's address. */
  readonly feeds: readonly { readonly title: string; readonly url: string }[];
  /** The pages before and after; undefined where there is none. */
  readonly newer: string | undefined;
  readonly older: string | undefined;
}

export interface ArchiveIndex {
  readonly groups: readonly {
    readonly title: string;
    readonly url: string;
    readonly feeds: readonly { readonly title: string; readonly url: string }[];
  }[];
  /** Where readers join on Discord. */
  readonly discord: string | undefined;
}

export function archiveView(page: ArchivePage, newsroom: Newsroom, t: Strings) {
  return {
    t: t.archive,
    editions: page.editions.map(({ at, ...edition }) => ({
      ...edition,
      kind: edition.digest ? t.archive.digest : null,
      date: longDate(at, t.language, newsroom.timezone),
    })),
    alternates: page.feeds.map((feed) => ({ ...feed, type: 'application/rss+xml' })),
    newer: page.newer ?? null,
    older: page.older ?? null,
  };
}

export function archiveIndexView({ groups, discord }: ArchiveIndex, t: Strings) {
  const named = groups.map(({ title, url, feeds }) => ({
    ...{ title, url },
    // Many links are called the same, so each also says whose it is.
    feeds: feeds.map((feed, index) => {
      const name = t.archive.feeds[index] ?? feed.title;
      return { name, label: `${name}: ${title}`, url: feed.url };
    }),
  }));
  return { t: t.archive, groups: named, discord: discord ?? null };
}
