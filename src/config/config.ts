/** What a config says, once it was read and found right. */

import type {
  Cadence,
  DigestCadence,
  Feed,
  Language,
  Newsroom,
  Program,
  ProgramId,
  Schedule,
} from '../model.js';

export interface DiscordChannel {
  /** The Discord channel's snowflake. */
  readonly id: string;
  /** For staff to read, such as `security`. */
  readonly name: string;
  readonly programs: readonly ProgramId[];
  readonly language: Language;
  /** The snowflake of a role to mention in every post. Nobody is ever mentioned without it. */
  readonly mentionRole?: string;
  readonly cadence: Cadence;
  /** When its digests are posted. */
  readonly schedule: Schedule;
}

/** What follows from mail that comes back, or complains. */
export interface BouncePolicy {
  /** Soft bounces in a row that suppress an address, where they came over so many days. */
  readonly softLimit: number;
  readonly softDays: number;
  /** The mailbox that feedback loops report to. */
  readonly complaintsTo?: string;
  /** For STARTTLS on INBOUND_PORT: PEM files. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

export interface EmailConfig {
  /** `Name <address>` or an address. */
  readonly from: string;
  readonly replyTo: string;
  /** The mailbox for unsubscribing by mail, which comes in at INBOUND_PORT. */
  readonly unsubscribeMailto?: string;
  /** The domain of return paths (VERP) and Message-IDs; the domain of `from` where not given. */
  readonly domain: string;
  /** Connections to the mail server at once. */
  readonly connections: number;
  readonly dkim?: {
    readonly domain: string;
    readonly selector: string;
    /** A PEM file with an RSA private key. */
    readonly keyFile: string;
  };
}

/** What follows from how deliveries end. */
export interface DeliveryPolicy {
  /** Seconds after which a delivery that is always deferred is given up. */
  readonly giveUpAfter: number;
  /** Of mail whose answer was lost: staff decide, or it is tried once more ten minutes later. */
  readonly uncertain: 'hold' | 'retry-once';
  /** Whether an address that its mail server refused for good is suppressed. */
  readonly suppressRefused: boolean;
  /** An edition is held each time that its message was refused so many times more. */
  readonly stopAfterRefusals: number;
  /** Seconds that a process which is to stop waits for what is on the wire. */
  readonly drainFor: number;
}

export interface Config {
  readonly newsroom: Newsroom;
  readonly programs: readonly Program[];
  /** Where an article goes that matches no program. */
  readonly fallbackProgram: ProgramId;
  readonly feeds: readonly Feed[];
  readonly email: EmailConfig;
  readonly discord: {
    /** Where readers join the community. */
    readonly invite?: string;
    readonly channels: readonly DiscordChannel[];
  };
  readonly outputFeeds: {
    /** How many articles or digests an output feed shows. */
    readonly items: number;
    /** How often the output feeds of digests get one. */
    readonly digests: DigestCadence;
    /** The WebSub hubs that are told when one changes. */
    readonly hubs: readonly string[];
  };
  /** When digests go out to those who chose nothing else. */
  readonly digest: Schedule;
  readonly release: {
    /** The undo window: seconds between seeing an article and releasing it. */
    readonly after: number;
  };
  readonly delivery: DeliveryPolicy;
  readonly bounces: BouncePolicy;
  /** What happens to what waited while Broadsheet, or a neighbour, was away. */
  readonly catchUp: {
    /** Seconds after which an alert that could not go out is skipped rather than sent late. */
    readonly alertsWithin: number;
  };
  readonly subscribers: {
    /** Nobody is subscribed with an address at one of these, or below one. In ASCII and lower case. */
    readonly unwantedDomains: readonly string[];
  };
  readonly signUp: {
    /** Seconds for which the link to confirm is good. */
    readonly confirmWithin: number;
    /** Sign-ups an hour from one network address (an IPv6 /64 counts as one). */
    readonly perNetwork: number;
    /** Sign-ups an hour in all. */
    readonly altogether: number;
    /** Sites that may show the form in a frame, and whose scripts may use the JSON endpoint. */
    readonly origins: readonly string[];
  };
  readonly web: {
    /** Addresses and networks of proxies that are believed whom they pass on (X-Forwarded-For). */
    readonly trustedProxies: readonly string[];
  };
  readonly staff: {
    /** An act that reaches more readers than this is confirmed by typing their number. */
    readonly confirmAbove: number;
    /** Addresses that are told of what needs staff. */
    readonly mail: readonly string[];
    /** The snowflake of the Discord channel that is told of it too. Readers get nothing there. */
    readonly discordChannel?: string;
  };
}

/** Secrets and addresses, from the environment. */
export interface Environment {
  /** BROADSHEET_CONFIG: the config file; undefined means the demo. */
  readonly configFile?: string;
  /** BROADSHEET_SECRET: the root of all keys. */
  readonly secret?: string;
  /** BROADSHEET_OLD_SECRETS: what it was before; links made under them still work. */
  readonly oldSecrets?: readonly string[];
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly smtpUrl?: string;
  readonly discordToken?: string;
  /** DISCORD_API_URL, without the version: `https://discord.com/api`. */
  readonly discordApiUrl: string;
  /** PUBLIC_URL, without a slash at its end: where readers reach the pages and output feeds. */
  readonly publicUrl?: string;
  /** PORT of the web server; undefined means 8080, or another where the demo finds that taken. */
  readonly port?: number;
  /** INBOUND_PORT: where bounces come to, by SMTP. None are taken where undefined. */
  readonly inboundPort?: number;
  /** DATA_DIR: the embedded database, the secret, and the sandbox's state. An absolute path. */
  readonly dataDir: string;
  /** LOG_LEVEL: error, warn, info or debug. */
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}
