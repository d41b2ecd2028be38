/** Profiles and schedules: what a destination reads, and when its windows close. */

import { nextClose } from '../editions/schedule.js';
import type { Cadence, DestinationId, LocalDate, ProgramId, Schedule } from '../model.js';
import type { Queryable } from './database.js';

export interface Profile {
  readonly programs: readonly ProgramId[];
  readonly cadence: Cadence;
}

interface Subscription {
  readonly program: ProgramId;
  readonly cadence: Cadence;
  readonly coveredUntil: number;
  readonly dueAt: Date | null;
}

interface Standing {
  readonly schedule: Schedule;
  /** The local date of its last window. */
  readonly closedOn: LocalDate | undefined;
  readonly subscriptions: readonly Subscription[];
}

/**
 * Makes the profile exactly this one. A program that stays keeps the date it was chosen at, and how far
 * its windows reach: no change of cadence brings an article back or loses one.
 */
export async function replaceProfile(
  tx: Queryable,
  id: DestinationId,
  profiles: readonly Profile[],
  at: Date,
): Promise<void> {
  const standing = await lockStanding(tx, id);
  const chosen = profiles.flatMap(({ programs, cadence }) =>
    programs.map((program) => ({ program, cadence })),
  );
  await tx.query('delete from subscriptions where destination_id = $1 and program_id <> all($2)', [
    id,
    chosen.map(({ program }) => program),
  ]);
  const order = await releaseOrder(tx);
  const rows = chosen.map(({ program, cadence }) => {
    const before = standing.subscriptions.find((one) => one.program === program);
    return { program, ...reach(cadence, before, standing, order, at) };
  });
  await tx.query(
    `insert into subscriptions (destination_id, program_id, cadence, since, covered_until, due_at)
     select $1, program, cadence, $3, "coveredUntil", "dueAt" from jsonb_to_recordset($2)
       as s (program text, cadence text, "coveredUntil" bigint, "dueAt" timestamptz)
     on conflict (destination_id, program_id) do update
       set cadence = excluded.cadence, covered_until = excluded.covered_until, due_at = excluded.due_at`,
    [id, JSON.stringify(rows), at],
  );
}

function reach(
  cadence: Cadence,
  before: Subscription | undefined,
  { schedule, closedOn }: Standing,
  order: { released: number; alerted: number },
  at: Date,
) {
  const due = () => (cadence === 'instant' ? null : nextClose(cadence, schedule, at, closedOn).at);
  if (!before) return { cadence, coveredUntil: order.released, dueAt: due() };
  const { coveredUntil, dueAt } = before;
  if (cadence === before.cadence) return { cadence, coveredUntil, dueAt };
  // What the open window still owes comes at its close, less what comes as an alert from now on.
  if (cadence === 'instant') return { cadence, coveredUntil, dueAt };
  if (before.cadence !== 'instant' || dueAt) return { cadence, coveredUntil, dueAt: due() };
  return { cadence, coveredUntil: Math.max(coveredUntil, order.alerted), dueAt: due() };
}

/**
 * Changes when a destination's windows close: the next one does so at the first such moment from now
 * on, on a local date that has had none. The same schedule again changes nothing.
 */
export async function changeSchedule(
  tx: Queryable,
  id: DestinationId,
  schedule: Schedule,
  at: Date,
): Promise<void> {
  const { timezone, hour, weekday } = schedule;
  const { subscriptions, closedOn, schedule: before } = await lockStanding(tx, id);
  if (before.timezone === timezone && before.hour === hour && before.weekday === weekday) return;
  await tx.query(
    'update destinations set timezone = $2, digest_hour = $3, digest_weekday = $4 where id = $1',
    [id, timezone, hour, weekday],
  );
  for (const { program, cadence, dueAt } of subscriptions) {
    if (!dueAt) continue;
    const close = nextClose(cadence === 'weekly' ? 'weekly' : 'daily', schedule, at, closedOn);
    await tx.query(
      'update subscriptions set due_at = $3 where destination_id = $1 and program_id = $2',
      [id, program, close.at],
    );
  }
}

/** Nothing goes out to the destination until then; null lets everything go on. What came meanwhile is not sent later. */
export async function pauseUntil(
  tx: Queryable,
  id: DestinationId,
  until: Date | null,
): Promise<void> {
  await tx.query('update destinations set paused_until = $2 where id = $1', [id, until]);
}

/** Gives destinations from before there were digests the newsroom's schedule. */
export async function fillSchedules(tx: Queryable, schedule: Schedule, at: Date): Promise<void> {
  await tx.query(
    `update destinations set timezone = $1, digest_hour = $2, digest_weekday = $3
     where timezone is null`,
    [schedule.timezone, schedule.hour, schedule.weekday],
  );
  for (const cadence of ['daily', 'weekly'] as const) {
    await tx.query('update subscriptions set due_at = $2 where cadence = $1 and due_at is null', [
      cadence,
      nextClose(cadence, schedule, at).at,
    ]);
  }
}

/** Takes programs out of a profile. Returns those it had. */
export async function leavePrograms(
  tx: Queryable,
  id: DestinationId,
  programs: readonly ProgramId[] | 'all',
): Promise<ProgramId[]> {
  const { rows } = await tx.query(
    `delete from subscriptions where destination_id = $1 and ($2::text[] is null or program_id = any($2))
     returning program_id`,
    [id, programs === 'all' ? null : programs],
  );
  return rows.map(({ program_id }) => program_id);
}

/** Keeps windows from closing while a profile changes, until the transaction ends. */
async function lockStanding(tx: Queryable, id: DestinationId): Promise<Standing> {
  const { rows } = await tx.query(
    `select coalesce(timezone, 'UTC') as timezone, coalesce(digest_hour, 8) as hour,
       coalesce(digest_weekday, 1) as weekday from destinations where id = $1 for update`,
    [id],
  );
  const { rows: closed } = await tx.query(
    'select max(on_date)::text as "closedOn" from windows where destination_id = $1',
    [id],
  );
  const { rows: subscriptions } = await tx.query(
    `select program_id as program, cadence, covered_until::float8 as "coveredUntil", due_at as "dueAt"
     from subscriptions where destination_id = $1`,
    [id],
  );
  return { schedule: rows[0], closedOn: closed[0].closedOn ?? undefined, subscriptions };
}

/** How far the order of release has come: of what is released, and of what everyone has as an alert. */
export async function releaseOrder(tx: Queryable): Promise<{ released: number; alerted: number }> {
  const { rows } = await tx.query(
    `select released::float8, least(released, coalesce(unfinished - 1, released))::float8 as alerted from (
       select coalesce((select max(release_order) from articles), 0) as released,
         (select min(release_order) from (
           select release_order from articles where state = 'released' and alerted_at is null
           union all
           select a.release_order from editions e
           join edition_articles i on i.edition_id = e.id join articles a on a.id = i.article_id
           where e.state = 'assembling' and e.kind = 'alert') as alerts) as unfinished) as orders`,
  );
  return rows[0];
}
