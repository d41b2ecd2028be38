/** What the public pages and output feeds need, answered from the ledger. */

import type { Hono } from 'hono';
import type { Links } from './channels/channel.js';
import type { Config } from './config/config.js';
import type { Ledger, Log } from './ledger.js';
import { createPublicFeeds } from './public-feeds.js';
import { createHubCallback } from './public-websub.js';
import type { Health } from './staff/health.js';
import { archivedEditions } from './store/archive.js';
import { rendering } from './store/editions.js';
import { type BroadsheetEvent, recordIfNew } from './store/events.js';
import { createLimit } from './store/limits.js';
import { createAddressChanges } from './subscribers/address-change.js';
import { createPreferences } from './subscribers/preferences.js';
import { createSignups } from './subscribers/signups.js';
import { type RenderedMail, webViewHtml } from './templates/email/mail.js';
import type { SignUp, WebDeps } from './web/deps.js';
import { createWeb } from './web/index.js';

/** Seconds. */
const hour = 3_600;
/** Sign-ups in a day for one mailbox, whatever tags its address comes with. */
const perMailbox = 5;

export interface PublicWebOptions {
  readonly config: Config;
  readonly ledger: Pick<Ledger, 'database' | 'keys' | 'subscribers' | 'journal'>;
  readonly publicUrl: string;
  readonly links: Links;
  readonly health: () => Promise<Health>;
  readonly scrape: WebDeps['scrape'];
  readonly log: Log;
  readonly now: () => Date;
}

export interface PublicWeb {
  readonly app: Hono;
  /** Resolves when what was taken on is done. */
  settled(): Promise<void>;
}

export function createPublicWeb(options: PublicWebOptions): PublicWeb {
  const { config, ledger, publicUrl, links, health, scrape, log, now } = options;
  const { database, keys, journal, subscribers } = ledger;

  const taken = new Set<Promise<void>>();
  /** Does it after the answer, so that how long it takes tells nobody anything. */
  function later(work: () => Promise<void>): void {
    const done = new Promise<void>((resolve) => setImmediate(resolve))
      .then(work)
      .catch((error) => log.error({ error: String(error) }, 'A sign-up could not be taken on.'))
      .finally(() => taken.delete(done));
    taken.add(done);
  }

  const app = createWeb({
    newsroom: config.newsroom,
    publicUrl,
    links,
    ...createPublicFeeds(config, database, links),
    async edition(id) {
      const mail = (await rendering(database, id, 'email')) as RenderedMail | undefined;
      return mail && { html: webViewHtml(mail) };
    },
    archive: (program, range) => archivedEditions(database, { program, ...range }),
    discord: config.discord.invite,
    signUp: openSignUp(options, later),
    preferences: createPreferences({ database, keys, journal, programs: config.programs, now }),
    addressChange: openAddressChange(options, later),
    now,
    hubs: config.outputFeeds.hubs,
    hubCallback: createHubCallback({ database, keys, now, random: Math.random }),
    unsubscribe: {
      read: subscribers.readLink,
      leave: (token, scope, why = '') => subscribers.leave(token, scope, { why }),
    },
    health,
    scrape,
    reportError(error, where) {
      log.error({ where, error: String(error) }, 'A page could not be served.');
    },
  });
  return {
    app,
    async settled() {
      await Promise.all(taken);
    },
  };
}

function openSignUp(
  { config, ledger, publicUrl, now }: PublicWebOptions,
  later: (work: () => Promise<void>) => void,
): SignUp {
  const { database, keys, journal } = ledger;
  const { perNetwork, altogether, confirmWithin, origins } = config.signUp;
  const signups = createSignups({
    database,
    keys,
    journal,
    now,
    newsroom: config.newsroom,
    programs: config.programs,
    schedule: config.digest,
    unwantedDomains: config.subscribers.unwantedDomains,
    confirmWithin,
    publicUrl,
    mailboxes: createLimit(database, 'mailbox', { most: perMailbox, seconds: 24 * hour }),
  });
  const each = createLimit(database, 'signup', { most: perNetwork, seconds: hour });
  const all = createLimit(database, 'signups', { most: altogether, seconds: hour });
  return {
    programs: config.programs,
    schedule: config.digest,
    origins,
    trustedProxies: config.web.trustedProxies,
    startForm: signups.startForm,
    isInTime: signups.isInTime,
    async allow(client) {
      // A keyed hash: what counts sign-ups keeps no address of anybody.
      const key = keys.mac('form', `limit ${client}`).toString('hex').slice(0, 24);
      if (!(await each.allow(key))) return false;
      if (await all.allow('all')) return true;
      await recordIfNew(database, tooMany(altogether, now()));
      return false;
    },
    ask: (request) => later(() => signups.ask(request)),
    read: signups.read,
    confirm: signups.confirm,
  };
}

/** Once an hour at most, as the hour is in it. */
function tooMany(altogether: number, at: Date): BroadsheetEvent {
  return {
    at,
    actor: 'schedule',
    kind: 'signups.limited',
    level: 'attention',
    subject: 'signups',
    message: `More than ${altogether} sign-ups came within an hour at about ${at.toISOString().slice(11, 13)}:00 UTC on ${at.toISOString().slice(0, 10)}, so more are refused until it is over. Look whether somebody signs up addresses that are not theirs; signUp.altogether is the limit.`,
  };
}

function openAddressChange(
  { config, ledger, publicUrl, now }: PublicWebOptions,
  later: (work: () => Promise<void>) => void,
): WebDeps['addressChange'] {
  const { database, keys, journal } = ledger;
  const changes = createAddressChanges({
    database,
    keys,
    journal,
    now,
    newsroom: config.newsroom,
    unwantedDomains: config.subscribers.unwantedDomains,
    confirmWithin: config.signUp.confirmWithin,
    publicUrl,
  });
  return { ...changes, ask: (token, address) => later(() => changes.ask(token, address)) };
}
