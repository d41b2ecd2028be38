/**
 * The words of Broadsheet, and the types that carry them. This file imports nothing.
 *
 * - **feed**: what the newsroom publishes; its parts are *items* (RSS) or *entries* (Atom).
 *   **output feed**: what Broadsheet publishes. Never "source".
 * - **hub**: a WebSub server, which tells its subscribers that a feed has changed (a **push**), and is
 *   told by Broadsheet that an output feed has (a **ping**).
 * - **article**: the normalised entry; **revision**: each change of it. Never "post" or "story".
 * - **release**: the moment an article may go out (seen, not held, undo window over).
 * - **program**: a strand of work and a section heading. Feed *categories* map to programs.
 * - **cadence**: instant, daily or weekly, per program.
 * - **channel**: email, discord or rss, a way out. Discord's own are always "Discord channels".
 * - **destination**: one address on one channel: a subscriber's mailbox, a Discord channel, an
 *   output feed. **profile**: which programs it reads, at which cadence.
 * - **edition**: one frozen issue: an *alert* (one article) or a *digest* (a window of articles).
 * - **delivery**: the intent to bring one edition to one destination; *round* 0 is the first, round
 *   n the nth resend. **attempt**: one try of a delivery.
 * - **receipt**: a recorded outcome: *accepted*, *rejected*, *uncertain* or *skipped*, each with its
 *   reason; *deferred* is not final.
 * - **suppression**: an address that must not be mailed, kept as a keyed hash.
 * - **window**: (covered until, close]: what a digest covers for a destination, by the order of release.
 * - **hold** and **release**: staff stop or free one article, feed or edition. **pause**: they stop
 *   all sending.
 * - **letter**: a mail to one person that is no edition, such as the one that confirms a sign-up.
 * - **test send**: an edition to an address outside its frozen list.
 * - **actor**: who did it: `schedule`, or a member of staff by name.
 */

/** A feed's id, as the config names it: `[a-z0-9-]+`. */
export type FeedId = string;
/** A program's id, as the config names it: `[a-z0-9-]+`. */
export type ProgramId = string;
/** A UUID derived from the feed and the guid, so that storing the same article again is the same id. */
export type ArticleId = string;
/** A UUID derived from the edition's key, so that freezing it again is the same id. */
export type EditionId = string;
/** A UUID; opaque, so that deliveries hold no address. */
export type DestinationId = string;
/** `<edition id>/<destination id>/<round>`. */
export type DeliveryId = string;
/** A BCP 47 language tag, such as `en` or `kk-Cyrl`. */
export type Language = string;
/** An ISO 8601 instant in UTC, such as `2026-03-01T09:00:00.000Z`. */
export type Instant = string;
/** A day on a destination's own calendar, such as `2026-03-01`. */
export type LocalDate = string;

export type ChannelName = 'email' | 'discord' | 'rss';
export type Cadence = 'instant' | 'daily' | 'weekly';
/** A cadence that gathers articles into windows. */
export type DigestCadence = Exclude<Cadence, 'instant'>;

/** When a destination's windows close. */
export interface Schedule {
  /** An IANA zone. */
  readonly timezone: string;
  /** 0 to 23, on the zone's clock. */
  readonly hour: number;
  /** For weekly digests: 1 is Monday, 7 is Sunday (ISO 8601). */
  readonly weekday: number;
}

/** Who publishes: what every mail, page and output feed says of its sender. */
export interface Newsroom {
  readonly name: string;
  /** The newsroom's own site. */
  readonly url?: string;
  readonly language: Language;
  /** An IANA zone, in which dates are written. */
  readonly timezone: string;
  /** The street address that anti-spam law asks of every mail. */
  readonly postalAddress: string;
  /** `#rrggbb`. */
  readonly colour: string;
  /** An absolute URL of a picture. */
  readonly logo?: string;
}

/**
 * When staff are told that nothing new comes: `auto`, by its own rhythm; after so many seconds; or never.
 */
export type SilencePolicy = 'auto' | 'never' | number;

export interface Program {
  readonly id: ProgramId;
  readonly name: string;
  /** Other names under which feeds and pages know it: "SPP". */
  readonly aliases: readonly string[];
  /** `#rrggbb`. */
  readonly colour: string;
  readonly description?: string;
  /** An article whose URL contains one of these belongs to the program. */
  readonly urls: readonly string[];
  /** When staff are told that nobody publishes in it; `auto` where not given. */
  readonly silence?: SilencePolicy;
}

/** A feed as the config describes it. What polling has learned of it is the ledger's. */
export interface Feed {
  readonly id: FeedId;
  readonly url: string;
  /** Every article of the feed belongs to these. */
  readonly programs: readonly ProgramId[];
  /** Seconds between two polls. */
  readonly every: number;
  /** The most seconds that come between two polls of a feed because it publishes rarely. */
  readonly everyWhenQuiet: number;
  /** Seconds between two polls while a hub tells of what is new. */
  readonly everyWhenPushed: number;
  /** The most seconds for which the feed's own wishes, and its server's, are heeded. */
  readonly longestWait: number;
  /** Whether it is the newsroom's own site, which may be polled often and is never slowed down. */
  readonly own: boolean;
  /** Whether an article's page is fetched; `auto`: when the entry lacks something. */
  readonly fullText: 'auto' | 'always' | 'never';
  /** Where the pages of its articles have what they have, for sites on which it is not found. */
  readonly page?: PageSelectors;
  /** Whether loopback and private addresses may be fetched; only for a newsroom in one's own network. */
  readonly allowPrivate: boolean;
  /** More new articles than this in one poll are held for staff. */
  readonly burst: number;
  /** `auto`: the hubs that the feed names are asked to tell when it changes, where they can reach us. */
  readonly websub: 'auto' | 'never';
  /** When staff are told that it brings nothing new; `auto` where not given. */
  readonly silence?: SilencePolicy;
}

/** CSS selectors. One that matches nothing on a page leaves the guess. */
export interface PageSelectors {
  /** The article's text; what several elements hold follows one another. */
  readonly content?: string;
  /** What is taken away before anything is looked for. */
  readonly remove?: string;
  readonly author?: string;
  readonly date?: string;
  readonly image?: string;
  /** Labels that name the article's programs. */
  readonly section?: string;
}

export interface Image {
  /** An absolute http(s) URL. */
  readonly url: string;
  readonly alt: string;
  /** Whom the picture is owed to ("Image source: …"), without the label. */
  readonly credit?: string;
}

/** What one revision of an article says. Everything in it was cleaned on the way in. */
export interface ArticleContent {
  /** Plain text on one line, never empty. */
  readonly title: string;
  /** The absolute http(s) URL of the article's page. */
  readonly url: string;
  /** Plain text on one line, without "Author:". */
  readonly author?: string;
  /** The date the newsroom gives. For showing only: nothing is ever ordered or admitted by it. */
  readonly publishedAt?: Instant;
  /** Plain text on one line; may be empty. */
  readonly summary: string;
  /** Sanitised HTML with absolute URLs only; empty where only a summary is known. */
  readonly bodyHtml: string;
  readonly image?: Image;
  readonly language?: Language;
  /** As the feed and the page name them. */
  readonly categories: readonly string[];
  /** In the config's order; never empty. */
  readonly programs: readonly ProgramId[];
}

/**
 * - `waiting`: seen, and in its undo window
 * - `held`: stopped by a guard or by staff
 * - `released`: may go out
 * - `seeded`: was there at the first poll; in output feeds, never sent
 */
export type ArticleState = 'waiting' | 'held' | 'released' | 'seeded';

/** What a reader sees of a program. */
export interface ProgramFace {
  readonly id: ProgramId;
  readonly name: string;
  readonly colour: string;
}

/** An article as one edition froze it. */
export interface EditionArticle extends Omit<ArticleContent, 'programs'> {
  readonly id: ArticleId;
  readonly revision: number;
  /** All programs it belongs to, in the config's order; never empty. */
  readonly programs: readonly ProgramFace[];
}

export interface Section {
  readonly program: ProgramFace;
  readonly articles: readonly EditionArticle[];
}

/** One frozen issue. An alert is one section with one article, under the article's first program. */
export interface Edition {
  readonly id: EditionId;
  readonly kind: 'alert' | 'digest';
  readonly language: Language;
  /** When it was frozen. */
  readonly createdAt: Instant;
  /** In a digest in the config's order of programs, and newest release first within each. */
  readonly sections: readonly Section[];
  /** Of a digest: the local date on which its window closed. */
  readonly on?: LocalDate;
  /** Of one that brings a newer revision to those who were sent an earlier one: when that was frozen. */
  readonly corrects?: Instant;
}

export interface Destination {
  readonly id: DestinationId;
  readonly channel: ChannelName;
  /** An e-mail address, a Discord channel's snowflake, or an output feed's id (a program's id or `all`). */
  readonly address: string;
  /** What the reader is called, where known. */
  readonly name?: string;
  readonly language: Language;
}

/** One delivery, as a channel gets it to send. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly editionId: EditionId;
  readonly destination: Destination;
  readonly round: number;
  /** How many earlier rounds of the edition the destination accepted. */
  readonly earlier: number;
  /** 1 for the first try. */
  readonly attempt: number;
  /** The edition's programs that this destination reads. */
  readonly programs: readonly ProgramId[];
}

export interface Accepted {
  readonly outcome: 'accepted';
  /** The other side's own words: the SMTP reply, the Discord message's link. */
  readonly detail: string;
  /** The other side's id of what it accepted, such as a Discord message id. */
  readonly externalId?: string;
}
export interface Rejected {
  readonly outcome: 'rejected';
  readonly reason: string;
  /** Whether the address itself was refused for good, so that policy may suppress it. */
  readonly addressRefused?: boolean;
  /** Whether the message itself was refused, or its sender: then others will probably refuse it too. */
  readonly messageRefused?: boolean;
}
/** It may have arrived. Never tried again by itself. */
export interface Uncertain {
  readonly outcome: 'uncertain';
  readonly reason: string;
}
export interface Skipped {
  readonly outcome: 'skipped';
  readonly reason: string;
}
/** It did certainly not arrive, and is to be tried again. */
export interface Deferred {
  readonly outcome: 'deferred';
  readonly reason: string;
  /** Seconds the other side asked to wait. */
  readonly retryAfter?: number;
  /** `channel`: nothing else would get through either, so the rest of the batch is not tried now. */
  readonly scope: 'delivery' | 'channel';
}

export type Outcome = Accepted | Rejected | Uncertain | Skipped | Deferred;
/** What became of one attempt of one delivery. */
export type Receipt = Outcome & { readonly delivery: DeliveryId };

/** A mail to one person that is no edition: to confirm a sign-up, say. */
export interface Letter {
  /** A UUID, from which the Message-ID follows. */
  readonly id: string;
  readonly at: Instant;
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
  /** Where an answer goes; to the newsroom's Reply-To where not given. */
  readonly replyTo?: string;
  /** A whole document that says the same. */
  readonly html?: string;
}

/** One thing that `broadsheet check` looked at: what it is, whether it works, and what to do if not. */
export interface Finding {
  readonly subject: string;
  readonly level: 'ok' | 'warning' | 'error';
  /** A full sentence. */
  readonly message: string;
}
