/** What the run asks of the ledger. It only reads, but where a method says so. */

import pg from 'pg';
import { sleep } from '../rig/child.js';
import type { ChannelName } from '../src/model.js';

export interface DeliveryFact {
  /** `<edition>/<destination>/<round>`. */
  readonly id: string;
  readonly channel: ChannelName;
  readonly state: string;
  /** An e-mail address, a Discord channel's id or an output feed's. */
  readonly address: string;
  /** Of the edition's article. */
  readonly title: string;
}

export interface Progress {
  readonly planned: number;
  readonly final: number;
  readonly uncertain: number;
}

const final = `('accepted', 'rejected', 'uncertain', 'skipped')`;

/** How often a question is asked again while the server is away, and milliseconds in between. */
const patience = { times: 100, pause: 100 };

export type LedgerView = ReturnType<typeof viewLedger>;

export function viewLedger(url: string) {
  const pool = new pg.Pool({
    connectionString: url,
    options: '-c search_path=broadsheet',
    connectionTimeoutMillis: 5_000,
    max: 4,
  });
  pool.on('error', () => {}); // The run restarts the server itself.

  async function query(sql: string, values: readonly unknown[] = []) {
    for (let asked = 1; ; asked++) {
      try {
        return await pool.query(sql, [...values]);
      } catch (error) {
        if (asked === patience.times || !mayPass(error)) throw error;
        await sleep(patience.pause);
      }
    }
  }

  const select = `select d.edition_id || '/' || d.destination_id || '/' || d.round as id, d.channel,
      d.state, t.address, e.content #>> '{sections,0,articles,0,title}' as title
    from deliveries d join editions e on e.id = d.edition_id join destinations t on t.id = d.destination_id`;

  return {
    /**
     * Puts active subscribers of the program in, with their consent, all at once: staff's import takes
     * them one by one, which is not what the run is about.
     */
    async addReaders(
      readers: readonly { address: string; hash: Buffer }[],
      program: string,
    ): Promise<void> {
      await query(
        `with put as (
           insert into destinations (id, channel, address, address_hash, language, state, created_at,
             timezone, digest_hour, digest_weekday)
           select gen_random_uuid(), 'email', address, hash, 'en', 'active', now(), 'UTC', 9, 1
           from unnest($1::text[], $2::bytea[]) as r (address, hash) returning id
         ), subscribed as (
           insert into subscriptions (destination_id, program_id, cadence, since, covered_until)
           select id, $3, 'instant', now(), 0 from put
         )
         insert into consents (destination_id, at, act, programs, origin, actor)
         select id, now(), 'given', array[$3], 'chaos', 'chaos' from put`,
        [readers.map(({ address }) => address), readers.map(({ hash }) => hash), program],
      );
    },

    async deliveries(): Promise<DeliveryFact[]> {
      return (await query(select)).rows;
    },

    /** Titles of what was handed over to the reader, or may have been, or is just being. */
    async handedOver(address: string): Promise<string[]> {
      const { rows } = await query(
        `${select} where t.channel = 'email' and t.address = $1
           and (d.state not in ('pending', 'claimed', 'skipped') or exists (select from attempts a
             where a.edition_id = d.edition_id and a.destination_id = d.destination_id
               and a.round = d.round and a.outcome = 'uncertain'))`,
        [address],
      );
      return rows.map(({ title }) => title);
    },

    /** Output feeds with the articles that they are said to serve. */
    async served(): Promise<DeliveryFact[]> {
      return (await query(`${select} where d.channel = 'rss' and d.state = 'accepted'`)).rows;
    },

    async progress(): Promise<Record<ChannelName, Progress>> {
      const { rows } = await query(
        `select channel, count(*)::int as planned, count(*) filter (where state in ${final})::int as final,
           count(*) filter (where state = 'uncertain')::int as uncertain
         from deliveries group by channel`,
      );
      const none: Progress = { planned: 0, final: 0, uncertain: 0 };
      const of = (channel: ChannelName): Progress =>
        rows.find((row) => row.channel === channel) ?? none;
      return { email: of('email'), discord: of('discord'), rss: of('rss') };
    },

    /** Articles whose edition has its whole list. */
    async ready(): Promise<number> {
      const { rows } = await query(`select count(*)::int as n from editions where state = 'ready'`);
      return rows[0].n;
    },

    async assembling(): Promise<boolean> {
      const { rowCount } = await query(
        `select from editions e where state = 'assembling'
           and exists (select from deliveries d where d.edition_id = e.id)`,
      );
      return rowCount !== 0;
    },

    /** The number that a process claims under; undefined before it has one. */
    async processNumber(pid: number, since: Date): Promise<number | undefined> {
      const { rows } = await query(
        'select number from processes where pid = $1 and started_at >= $2 order by started_at desc limit 1',
        [pid, since],
      );
      return rows[0]?.number;
    },

    /** What the process is writing to the wire, by its deliveries' ids. */
    async inFlight(process: number): Promise<{ id: string; channel: ChannelName }[]> {
      const { rows } = await query(
        `select edition_id || '/' || destination_id || '/' || round as id, channel
         from deliveries where state = 'sending' and owner = $1`,
        [process],
      );
      return rows;
    },

    async destination(address: string): Promise<string> {
      const { rows } = await query(
        `select id from destinations where channel = 'email' and address = $1`,
        [address],
      );
      return rows[0].id;
    },

    /**
     * Lets what is tried once more be tried after fifteen seconds, and not only after the ten minutes in
     * which a mail server may still be about to answer: this one has died or has dropped the connection.
     */
    async hurry(): Promise<void> {
      await query(
        `update deliveries d set not_before = now()
         where d.state = 'pending' and d.not_before > now() and exists (select from attempts a
           where a.edition_id = d.edition_id and a.destination_id = d.destination_id
             and a.round = d.round and a.outcome = 'uncertain' and a.at < now() - interval '15 seconds')`,
      );
    },

    /** Deletes every job, where the queue is in this database. */
    async emptyQueue(): Promise<void> {
      const { rows } = await query(
        `select string_agg(format('bullmq.%I', table_name), ', ') as tables from information_schema.tables
         where table_schema = 'bullmq' and table_name not in ('migration', 'meta')`,
      );
      await query(`truncate ${rows[0].tables}`);
    },

    close: () => pool.end(),
  };
}

/** Whether it is not for the question itself: the server is away or starting, or there was a deadlock. */
function mayPass(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code ?? '');
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|40|57|E)/.test(code);
}
