/** What a reader gets: whether anything at all, which programs when, and what the next digest holds so far. */

import { freezeDigest } from '../editions/digest.js';
import type { Cadence, Instant, ProgramId, Schedule } from '../model.js';
import { articleRow } from '../store/articles.js';
import { destinationByAddress } from '../store/destinations.js';
import { createWindowPlanner } from '../store/digests.js';
import { consentsOf, readerSubscriptions, suppressionOf } from '../store/previews.js';
import { addressKey, normaliseAddress } from '../subscribers/address.js';
import type { Keys } from '../subscribers/keys.js';
import { closed } from '../templates/plain.js';
import type { Issue } from './issue.js';
import { messagesOf, type Preview, type PreviewTools } from './preview.js';
import { type Stage, sending } from './preview-why.js';

export interface ReaderStage extends Omit<Stage, 'stage'> {
  readonly stage: 'address' | 'consent' | 'suppression' | 'programs' | 'sending';
}

export interface ReaderPreview {
  readonly known: boolean;
  readonly why: readonly ReaderStage[];
  readonly schedule?: Schedule;
  readonly programs: readonly {
    readonly id: ProgramId;
    readonly name: string;
    readonly cadence: Cadence;
    /** When its window closes; null where it is read instantly. */
    readonly nextAt: Date | null;
  }[];
  /** The window that closes next. */
  readonly next?: {
    readonly closesAt: Date;
    /** The reader's own local date. */
    readonly on: string;
    /** It closes as soon as a service runs. */
    readonly overdue: boolean;
    /** Empty where nothing was released for it yet. */
    readonly sections: readonly { readonly program: string; readonly titles: readonly string[] }[];
    /** The digest as it would be now; undefined where it is empty. */
    readonly digest?: Pick<Preview, 'edition' | 'messages' | 'missing'>;
  };
}

/** Throws a full sentence for what is no e-mail address. */
export async function previewReader(
  tools: PreviewTools & { readonly keys: Pick<Keys, 'addressHash'> },
  input: string,
): Promise<ReaderPreview> {
  const { database, config, keys } = tools;
  const address = normaliseAddress(input);
  if (!address) throw new Error(`${input} is not an e-mail address.`);
  const hash = keys.addressHash('email', addressKey(address));
  const [row, suppression] = await Promise.all([
    destinationByAddress(database, 'email', hash),
    suppressionOf(database, hash),
  ]);
  const stamp = (at: Date) => tools.stamp(at, row?.schedule.timezone ?? config.newsroom.timezone);
  const why: ReaderStage[] = [];
  const say = (stage: ReaderStage['stage'], message: string, stops = false) =>
    void why.push({ stage, message, stops });
  if (suppression) {
    say(
      'suppression',
      `The address is suppressed since ${stamp(suppression.at)}, by ${suppression.actor}: ${closed(suppression.reason)} Nothing is mailed to it.`,
      true,
    );
  }
  if (!row) {
    say('address', 'Nobody is subscribed under this address.', true);
    return { known: false, why, programs: [] };
  }
  const active = row.state === 'active';
  say('address', `The address is known${active ? '' : ', and gets nothing any more'}.`, !active);
  const [consents, subscriptions] = await Promise.all([
    consentsOf(database, row.id),
    readerSubscriptions(database, row.id),
  ]);
  const given = consents.find(({ act }) => act === 'given');
  if (given) say('consent', `The reader agreed ${stamp(given.at)}: ${closed(given.origin)}`);
  else say('consent', 'There is no confirmed consent, so nothing is mailed to it.', true);
  const left = consents.find(({ act }) => act === 'withdrawn');
  if (left) {
    say('consent', `The reader left ${left.programs.join(', ')} ${stamp(left.at)}.`);
  }
  if (subscriptions.length === 0) say('programs', 'The reader has no program left.', true);
  for (const { message, stops } of await sending(database, stamp)) say('sending', message, stops);

  const name = (id: ProgramId) => config.programs.find((one) => one.id === id)?.name ?? id;
  const next = await nextDigest(
    tools,
    row.id,
    subscriptions.flatMap(({ dueAt }) => (dueAt ? [dueAt] : [])),
    name,
  );
  return {
    known: true,
    why,
    schedule: row.schedule,
    programs: subscriptions.map(({ program, cadence, dueAt }) => ({
      id: program,
      name: name(program),
      cadence,
      nextAt: dueAt,
    })),
    ...(next && { next }),
  };
}

async function nextDigest(
  tools: PreviewTools,
  only: string,
  due: readonly Date[],
  name: (id: ProgramId) => string,
): Promise<ReaderPreview['next']> {
  if (due.length === 0) return undefined;
  const { database, config, now } = tools;
  const { programs } = config;
  const first = Math.min(...due.map((at) => at.getTime()));
  // One that is overdue closes as soon as a service comes by.
  const asOf = new Date(Math.max(first, now().getTime()));
  const [window] = await createWindowPlanner(database, { asOf, programs }).next({ only, limit: 1 });
  if (!window) return undefined;
  const { closedAt, on, digest } = window;
  const next = { closesAt: closedAt, on, overdue: closedAt <= now() };
  if (!digest) return { ...next, sections: [] };
  const ids = digest.sections.flatMap(({ articles }) => articles);
  const rows = await Promise.all(ids.map((id) => articleRow(database, id)));
  const articles = new Map(rows.flatMap((row) => (row ? [[row.id, row] as const] : [])));
  const at: Instant = now().toISOString();
  const { edition } = freezeDigest(digest, articles, programs, at);
  const issue: Issue = { edition, stage: 'to come' };
  return {
    ...next,
    sections: digest.sections.map((section) => ({
      program: name(section.program),
      titles: section.articles.map((id) => articles.get(id)?.content.title ?? id),
    })),
    digest: { edition, ...(await messagesOf(tools, issue, ['email'], at)) },
  };
}
