/** What the web needs of the rest of Broadsheet. */

import type { Links } from '../channels/channel.js';
import type { EditionId, Instant, Language, Newsroom, ProgramFace, Schedule } from '../model.js';
import type { FeedState } from '../store/article-feeds.js';
import type { ChangeState } from '../subscribers/address-change.js';
import type { Preferences, PreferencesChange } from '../subscribers/preferences.js';
import type { SignUpRequest, SignUpState } from '../subscribers/signups.js';
import type { OutputItem } from '../templates/feeds/output-feed.js';
import type { ProgramOffer } from '../templates/pages/sign-up.js';

export interface SignUp {
  readonly programs: readonly ProgramOffer[];
  /** When digests come to those who choose nothing else. */
  readonly schedule: Schedule;
  /** Sites that may show the form in a frame, and whose scripts may use the JSON endpoint. */
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** What a form carries to say when it was made. */
  startForm(): string;
  isInTime(started: string): boolean;
  /** Whether one more may sign up from there in this hour. */
  allow(client: string): Promise<boolean>;
  /** Takes it and returns at once: what comes of it shows in the mailbox only. */
  ask(request: SignUpRequest): void;
  /** Changes nothing. */
  read(token: string): Promise<SignUpState>;
  /** Doing it again changes nothing and answers the same. */
  confirm(token: string, network: string): Promise<SignUpState>;
}

export interface WebDeps {
  readonly newsroom: Newsroom;
  /** PUBLIC_URL, without a slash at its end. */
  readonly publicUrl: string;
  /** The public address of an output feed: what it names as its own. */
  readonly links: Pick<Links, 'outputFeed'>;
  /**
   * An output feed by its id: of articles (a program's id, or `all`) or of digests (`<one of these>/digests`);
   * or one of its archives, by its number, or the feed as it was in an earlier state. Undefined where
   * there is none.
   */
  outputFeed(
    id: string,
    which?: { readonly archive?: number | undefined; readonly asOf?: FeedState },
  ): Promise<OutputFeedView | undefined>;
  /** The WebSub hubs that are told when an output feed changes. */
  readonly hubs: readonly string[];
  /** All output feeds, by what they are of. */
  readonly outputFeeds: readonly OutputFeedGroup[];
  /** A frozen edition as a whole HTML document, without anything of one reader; undefined where there is none. */
  edition(id: EditionId): Promise<{ readonly html: string } | undefined>;
  /** Editions that anybody may read, of a program or of `all`, the newest first. */
  archive(
    program: string,
    range: { readonly limit: number; readonly offset: number },
  ): Promise<readonly ArchivedFace[]>;
  /** Where readers join on Discord; undefined where they cannot. */
  readonly discord: string | undefined;
  readonly signUp: SignUp;
  readonly preferences: {
    /** Undefined for an unknown link, and for who left everything. Changes nothing. */
    read(token: string): Promise<Preferences | undefined>;
    change(token: string, wanted: PreferencesChange): Promise<Preferences | undefined>;
  };
  readonly addressChange: {
    /** Takes it and returns at once, as with a sign-up. `token` is that of the preferences. */
    ask(token: string, address: string): void;
    /** Changes nothing. */
    read(token: string): Promise<ChangeState>;
    confirm(token: string): Promise<ChangeState>;
  };
  readonly now: () => Date;
  readonly hubCallback: HubCallback;
  readonly unsubscribe: Unsubscribe;
  /** Never rejects: a part that cannot be asked is down. */
  health(): Promise<Health>;
  /** The figures of this process in the text format of Prometheus. Never rejects. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** Takes note of an error that a reader saw as "Something went wrong". `where` holds no token. */
  reportError(error: unknown, where: string): void;
}

export interface ArchivedFace {
  readonly id: EditionId;
  readonly kind: 'alert' | 'digest';
  readonly language: Language;
  readonly subject: string;
  /** When its window closed, or its alert was ready. */
  readonly at: Date;
}

/** What an output feed says of itself. */
export interface OutputFeedFace {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export interface OutputFeedGroup {
  /** A program's name, or the newsroom's. */
  readonly title: string;
  readonly feeds: readonly OutputFeedFace[];
}

export interface OutputFeedView extends OutputFeedFace {
  /** Newest first: articles by their release, digests by the close of their window. */
  readonly items: readonly OutputItem[];
  /** The last change of anything in it: a release, a revision, a new digest. */
  readonly changedAt: Instant;
  /** The numbers of the archives before it, and, for an archive, after it. */
  readonly prevArchive?: number;
  readonly nextArchive?: number;
  /** What it can be asked for again by; not known of digests, nor of archives. */
  readonly state?: FeedState;
}

export interface Unsubscribe {
  /** What a token stands for; undefined for one that is unknown. Changes nothing. */
  read(token: string): Promise<
    | {
        /** The programs of the e-mail that its reader would leave. */
        readonly programs: readonly ProgramFace[];
        /** Whether the reader still reads any of them by e-mail. */
        readonly reads: boolean;
        /** The reader's, where it is known. */
        readonly language: Language | undefined;
      }
    | undefined
  >;
  /**
   * Leaves the programs of the e-mail, or everything. Doing it again changes nothing and answers the
   * same; undefined for an unknown token.
   */
  leave(
    token: string,
    scope: 'programs' | 'all',
    /** What the reader says of it. */
    reason?: string,
  ): Promise<
    | {
        readonly programs: readonly ProgramFace[];
        /** What the reader still reads by e-mail. */
        readonly remaining: readonly ProgramFace[];
        readonly language: Language | undefined;
      }
    | undefined
  >;
}

/** What hubs call back to, by the id of a subscription. */
export interface HubCallback {
  /** What a hub asks by its query, and what to echo; undefined where nobody here asked for such a thing. */
  question(id: string, query: Readonly<Record<string, string>>): Promise<string | undefined>;
  /** Takes a push, be its signature good or not. */
  push(
    id: string,
    signature: string | undefined,
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<'taken' | 'too large' | 'unknown'>;
}

interface Health {
  /** Whether everything is there without which this process cannot work. */
  readonly ready: boolean;
  /** Each part by name. Anyone may read this, so no addresses and no error texts. */
  readonly parts: Readonly<Record<string, 'ok' | 'down' | 'unknown'>>;
}
