/** The public pages over a real ledger and a real mail server: what readers do themselves. */

import { createLinks } from '../../src/app.js';
import type { Config } from '../../src/config/config.js';
import { createPublicWeb } from '../../src/public-web.js';
import type { JournalEntry } from '../../src/subscribers/journal.js';
import type { Keys } from '../../src/subscribers/keys.js';
import { createSubscribers } from '../../src/subscribers/subscribers.js';
import { createWriteLetters } from '../../src/workers/letters.js';
import { createNotes } from '../../src/workers/neighbours.js';
import { openRoom, type Room } from '../staff/room.js';

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Readers extends Room {
  readonly app: ReturnType<typeof createPublicWeb>['app'];
  readonly journal: JournalEntry[];
  readonly errors: unknown[];
  settled(): Promise<void>;
  /** From this address of the other end; loopback where not given. */
  get(path: string, from?: string, headers?: Record<string, string>): Promise<Asked>;
  /** Posts a form, and waits for what comes after the answer. */
  post(
    path: string,
    fields: Readonly<Record<string, string | readonly string[]>>,
    from?: string,
    headers?: Record<string, string>,
  ): Promise<Asked>;
  /** Signs up as a person does on the page, who takes their time. */
  signUp(
    address: string,
    over?: Readonly<Record<string, string | readonly string[]>>,
    from?: string,
  ): Promise<Asked>;
  /** Sends what letters wait. */
  write(): Promise<void>;
  /** The paths of links in the last letter to an address, and its text. */
  letter(address: string): { readonly path: string; readonly raw: string } | undefined;
  /** Lets time go by, in seconds. */
  wait(seconds: number): void;
}

export const publicUrl = 'https://letters.test';

/** A room of its own; or the pages of another one's ledger under other keys. */
export async function openReaders(
  over: Partial<Config> = {},
  of?: { readonly room: Room; readonly keys: Keys },
): Promise<Readers> {
  const room = of?.room ?? (await openRoom());
  const { database, clock, channels, mail } = room;
  const keys = of?.keys ?? room.keys;
  const subscribers = of
    ? createSubscribers({
        database,
        keys,
        programs: room.config.programs,
        schedule: room.config.digest,
        now: () => clock.now,
      })
    : room.subscribers;
  const config = { ...room.config, ...over };
  const journal: JournalEntry[] = [];
  const errors: unknown[] = [];
  const ignore = () => {};
  const now = () => clock.now;
  const { app, settled } = createPublicWeb({
    config,
    ledger: {
      database,
      subscribers,
      keys,
      journal: { write: async (entries) => void journal.push(...entries) },
    },
    publicUrl,
    links: createLinks(publicUrl, keys),
    health: async () => ({ ready: true, parts: {} }),
    scrape: async () => ({ contentType: 'text/plain', text: '' }),
    log: { debug: ignore, info: ignore, warn: ignore, error: (facts) => void errors.push(facts) },
    now,
  });
  const ask = async (path: string, init: RequestInit, from = '127.0.0.1'): Promise<Asked> => {
    const env = { incoming: { socket: { remoteAddress: from } } };
    const answer = await app.request(path, init, env);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text };
  };
  const write = createWriteLetters({
    database,
    channels,
    notes: createNotes({ database, now }),
    now,
  });

  const readers: Readers = {
    ...room,
    config,
    app,
    journal,
    errors,
    settled,
    get: (path, from, headers = {}) => ask(path, { headers }, from),
    async post(path, fields, from, headers = {}) {
      const body = new URLSearchParams();
      for (const [name, values] of Object.entries(fields)) {
        for (const value of [values].flat()) body.append(name, value);
      }
      const answer = await ask(path, { method: 'POST', body, headers }, from);
      await settled();
      return answer;
    },
    async signUp(address, fields = {}, from) {
      const started = startedOf((await readers.get('/sign-up')).text);
      readers.wait(5);
      return readers.post(
        '/sign-up',
        { email: address, program: ['spp'], cadence: 'daily', started, ...fields },
        from,
      );
    },
    write,
    letter(address) {
      const found = mail.received.filter(({ to }) => to[0] === address).at(-1);
      if (!found) return undefined;
      const raw = String(found.raw);
      const unfolded = raw.replace(/=\r\n/g, '').replaceAll('=3D', '=');
      const path = /https:\/\/letters\.test(\/(?:confirm|change)\/[\w.~-]+)/.exec(unfolded)?.[1];
      return path ? { path, raw } : undefined;
    },
    wait(seconds) {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
  };
  return readers;
}

/** The token that a form carries to say when it was made. */
export function startedOf(page: string): string {
  return /name="started" value="([^"]+)"/.exec(page)?.[1] ?? '';
}
