/** What a run comes to, in words. */

import type { ChaosOptions } from './options.js';
import type { StormLog } from './storm.js';
import type { Count, Verdict } from './verdict.js';

export interface Report {
  readonly options: Omit<ChaosOptions, 'json'>;
  readonly verdict: Verdict;
  readonly storm: StormLog;
  /** Of articles to all readers. */
  readonly editions: number;
  /** From the first publication to the last receipt. */
  readonly seconds: number;
  /** Of all mails, over that time. */
  readonly mailsPerSecond: number;
  /** Starts that failed, as the database or the queue was away. */
  readonly failedStarts: number;
  readonly left: number;
}

/** At most so many of what is wrong are named. */
const named = 5;

export function passed({ verdict }: Report): boolean {
  return verdict.problems.length === 0;
}

export function describeReport(report: Report): string {
  const { options, verdict, storm } = report;
  const { email, discord, rss } = verdict.counts;
  const row = (name: string, of: (count: Count) => number) =>
    [name.padEnd(26), ...[email, discord, rss].map((count) => String(of(count)).padStart(13))].join(
      '',
    );
  const times = (act: Parameters<typeof storm.acts.get>[0]) => storm.acts.get(act) ?? 0;
  const killed = new Map<string, number>();
  for (const { whom } of storm.kills) killed.set(whom, (killed.get(whom) ?? 0) + 1);
  const perKill = storm.kills.map(({ inFlight }) => inFlight.length).join(' ');
  return [
    `Seed ${options.seed}, ${options.readers} readers, queue on ${options.engine}, uncertain: ${options.uncertain}`,
    '',
    `${''.padEnd(26)}${['mail', 'Discord', 'output feeds'].map((name) => name.padStart(13)).join('')}`,
    row('planned', ({ planned }) => planned),
    row('accepted', ({ accepted }) => accepted),
    row('uncertain', ({ uncertain }) => uncertain),
    row('skipped', ({ skipped }) => skipped),
    row('in flight at kills', ({ inFlight }) => inFlight),
    row('lost', ({ lost }) => lost),
    row('twice', ({ twice }) => twice),
    '',
    `${report.editions} editions to all readers in ${report.seconds.toFixed(0)} s, ${report.mailsPerSecond.toFixed(0)} mails a second.`,
    `${verdict.dropped} messages dropped after the dot. Of the uncertain mails ${verdict.uncertainArrived} arrived.`,
    ...(options.uncertain === 'retry-once'
      ? [`${verdict.repeated} mails came once more, as the policy says.`]
      : []),
    `${storm.kills.length} kills (${[...killed].map(([whom, n]) => `${whom}: ${n}`).join(', ')}).`,
    `In flight at each: ${perKill}.`,
    `Queue flushed ${times('flush')} times, Redis restarted ${times('restart-redis')} times, PostgreSQL ${times('restart-postgres')} times; ${report.failedStarts} starts in vain meanwhile. ${report.left} readers left.`,
    '',
    ...verdict.problems.flatMap(({ what, which }) => [
      `FAILED: ${what}: ${which.length}`,
      ...which.slice(0, named).map((one) => `  ${one}`),
      ...(which.length > named ? ['  …'] : []),
    ]),
    passed(report)
      ? 'Nothing was lost, and nothing came twice.'
      : `Repeat this plan with: npm run chaos -- --seed ${options.seed}`,
    '',
  ].join('\n');
}

/** The report for other programs. */
export function reportJson(report: Report): string {
  const { storm, ...rest } = report;
  const { kills, acts } = storm;
  return JSON.stringify(
    { passed: passed(report), ...rest, acts: Object.fromEntries(acts), kills },
    null,
    2,
  );
}
