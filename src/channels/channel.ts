/** The contract of a channel: the one way out of Broadsheet. A new channel is a folder beside this file and a line in registry.ts. */

import type {
  ChannelName,
  Delivery,
  DeliveryId,
  Edition,
  Finding,
  Instant,
  Letter,
  Outcome,
  Receipt,
} from '../model.js';

/** What a channel is given for sending. */
export interface Wire {
  /**
   * Records durably that these deliveries are about to be written to the wire, and returns those
   * that may be: the rest were settled meanwhile (a reader unsubscribed, staff paused, the claim was
   * lost) and must not be sent. Call it for what is about to be written, and no more: after a crash
   * everything it returned and no receipt settled is uncertain.
   */
  onWire(ids: readonly DeliveryId[]): Promise<ReadonlySet<DeliveryId>>;
  /** Aborts when the process wants to stop: finish what is on the wire, start nothing new. */
  readonly signal: AbortSignal;
}

/** What staff are told in one message: things that need somebody. */
export interface Notice {
  /** Follows from the things and whom they are told, as Message-IDs and nonces do. */
  readonly id: string;
  readonly at: Instant;
  /** The oldest first; at least one. */
  readonly things: readonly {
    readonly at: Instant;
    /** What it is and what to do, in full sentences. */
    readonly message: string;
    /** The command that shows more of it. */
    readonly command: string;
  }[];
  /** How many more there are than are listed. */
  readonly more: number;
}

export interface Channel<Rendered = unknown> {
  readonly name: ChannelName;
  /** Its readers come and fetch, so that nothing is ever too late for them. */
  readonly fetched?: true;

  /**
   * Renders an edition for all of its destinations. Pure: no network, no clock, no randomness.
   * Called once per edition; the result is frozen in the ledger as JSON, so it must survive
   * `JSON.parse(JSON.stringify(rendered))` unchanged.
   */
  render(edition: Edition): Promise<Rendered>;

  /**
   * Sends the rendered edition, and yields a receipt for each delivery as it settles, in any order.
   * A delivery that onWire did not return, or that was not begun when the signal aborted, gets no
   * receipt: its claim goes back by itself. Expected failure is a receipt; only aborts and bugs throw.
   */
  send(rendered: Rendered, deliveries: readonly Delivery[], wire: Wire): AsyncIterable<Receipt>;

  /**
   * Finds out what became of a delivery whose answer was lost, without sending anything. Resolves to
   * `accepted` where the other side has it, `deferred` where it certainly does not, `uncertain` where
   * nobody can tell. A channel that can never tell leaves this out.
   */
  recall?(rendered: Rendered, delivery: Delivery, signal: AbortSignal): Promise<Outcome>;

  /**
   * Tells staff at an address of theirs. This is no delivery: staff are named in the config, so there is no
   * consent to look at, no edition and no receipt. `begin` resolves to whether it may be sent, durably; it is
   * called once, just before the first byte, and where it says no the result is undefined. A channel that
   * cannot tell anybody leaves this out.
   */
  tell?(
    notice: Notice,
    address: string,
    begin: () => Promise<boolean>,
  ): Promise<Outcome | undefined>;

  /**
   * Sends a letter, once at most: `begin` is as in `tell`. A channel that cannot write to a person leaves
   * this out.
   */
  write?(
    letter: Letter,
    address: string,
    begin: () => Promise<boolean>,
  ): Promise<Outcome | undefined>;

  /**
   * Looks whether the other side can be used just now, sending nothing. Resolves to why it cannot, in a full
   * sentence; undefined where it can. A channel that needs no other side leaves this out.
   */
  reach?(): Promise<string | undefined>;

  /** Tries the other side, and how everything is set up there, without reaching a reader. */
  check(): Promise<readonly Finding[]>;

  /** Closes what is open. What is still on the wire is cut off, if that can be, and gets its receipt. */
  close(): Promise<void>;
}

/** Where readers find things, as the composition root knows it. All are absolute URLs. */
export interface Links {
  /** The web view of an edition. */
  edition(edition: string): string;
  /** The page with the unsubscribe button, which is also the one-click endpoint (RFC 8058). Ends with the token. */
  unsubscribe(delivery: Delivery): string;
  /** The page on which a reader changes what they get. */
  preferences(delivery: Delivery): string;
  /** The address of an output feed: a program's id or `all`, and `<id>/digests` for its digests. */
  outputFeed(id: string, format: 'rss' | 'atom' | 'json'): string;
}
