/**
 * Staff send an edition again, within its frozen list. First there is a plan, which changes nothing;
 * confirming it writes a further round for each destination of it, if the ledger still says the same.
 */

import { type ResendMode, resendKey } from '../editions/resend.js';
import type { ChannelName, EditionId, Language, LocalDate, ProgramId } from '../model.js';
import type { Database, Queryable } from '../store/database.js';
import type { FrozenEdition } from '../store/editions.js';
import { recordEvent } from '../store/events.js';
import { requireNoFence } from '../store/fence.js';
import { type Pause, readPause } from '../store/pause.js';
import {
  addResend,
  freezeCorrected,
  isListed,
  lockFamily,
  type PastResend,
  pastResend,
  standings,
} from '../store/resends.js';
import type { Keys } from '../subscribers/keys.js';
import { closed } from '../templates/plain.js';
import { type ChannelPlan, decide } from './resend-channels.js';
import { destinationOf } from './resend-destination.js';
import { type TargetTools, targetsOf } from './resend-targets.js';

export interface ResendRequest {
  /** An article's or an edition's id, or its beginning. */
  readonly name: string;
  readonly only: ResendMode;
  readonly reason: string;
  readonly channel?: ChannelName | undefined;
  readonly program?: ProgramId | undefined;
  /** An e-mail address, a Discord channel's name or id, or with the channel rss an output feed's id. */
  readonly to?: string | undefined;
  /** Of an article: as it was sent last, also where it has a newer revision. */
  readonly asSent?: boolean | undefined;
}

export interface ResendTools extends TargetTools {
  readonly database: Database;
  readonly keys: Pick<Keys, 'addressHash'>;
}

/** What would be sent again of one edition, and to whom. */
export interface EditionPlan {
  readonly id: EditionId;
  readonly root: EditionId;
  readonly kind: 'alert' | 'digest';
  readonly language: Language;
  /** Of a digest. */
  readonly on?: LocalDate;
  readonly title: string;
  /** Where the article has a newer revision than these readers were sent: both revisions. */
  readonly correction?: { readonly from: number; readonly to: number };
  /** The correction, to be frozen with the resend; undefined where the edition is frozen already. */
  readonly frozen?: FrozenEdition;
  readonly channels: readonly ChannelPlan[];
  /** Destinations that get it. */
  readonly count: number;
  readonly key: string;
  /** The last resend for the same reason, where it leaves nobody to send to. */
  readonly done?: PastResend;
}

export interface ResendPlan {
  readonly request: ResendRequest;
  readonly editions: readonly EditionPlan[];
  /** Destinations that get something, over all editions. */
  readonly count: number;
  /** While it stands, what is sent again waits. */
  readonly pause?: Pause;
}

export type ResendResult =
  | {
      readonly result: 'done';
      readonly deliveries: number;
      /** What there is to deliver now. */
      readonly jobs: readonly { readonly editionId: EditionId; readonly channel: ChannelName }[];
    }
  /** The same plan was confirmed before: nothing was done. */
  | { readonly result: 'already'; readonly by: PastResend }
  /** The ledger does not say any more what the plan was made from: nothing was done. */
  | { readonly result: 'changed'; readonly plan: ResendPlan };

/** Plans a resend. Throws a full sentence where what is named is not there, or is held by staff. */
export function planResend(tools: ResendTools, request: ResendRequest): Promise<ResendPlan> {
  return planWithin(tools, tools.database, request);
}

async function planWithin(
  tools: ResendTools,
  db: Queryable,
  given: ResendRequest,
): Promise<ResendPlan> {
  const request = { ...given, reason: given.reason.trim().replace(/\s+/g, ' ') };
  const targets = await targetsOf(db, tools, request);
  const destination = await destinationOf(tools.keys, db, request);
  if (request.to !== undefined) {
    const listed = await Promise.all(
      targets.map(({ root }) => destination !== undefined && isListed(db, root, destination)),
    );
    if (!listed.includes(true)) {
      throw new Error(
        `${request.to} is not on the frozen list, and a resend never goes beyond it. To show the edition to an e-mail address outside of it, use "broadsheet test-send".`,
      );
    }
  }
  const editions = [];
  for (const target of targets) {
    const { edition, root, revision, failures, correction, frozen } = target;
    const { reason, channel, program, only } = request;
    const list = await standings(db, {
      root,
      edition: edition.id,
      reason,
      channel,
      program,
      destination,
    });
    const channels = decide(list, only, failures, correction !== undefined || edition.id !== root);
    const chosen = channels.flatMap((one) => one.chosen);
    const past =
      chosen.length === 0 ? await pastResend(db, { edition: edition.id, reason }) : undefined;
    editions.push({
      id: edition.id,
      root,
      kind: edition.kind,
      language: edition.language,
      title: edition.sections[0]?.articles[0]?.title ?? '',
      channels,
      count: chosen.length,
      key: resendKey(edition.id, reason, chosen),
      ...(edition.on && { on: edition.on }),
      ...(correction && { correction: { from: correction.of, to: revision } }),
      ...(frozen && { frozen }),
      ...(past && { done: past }),
    });
  }
  const pause = await readPause(db);
  return {
    request,
    editions,
    count: editions.reduce((sum, { count }) => sum + count, 0),
    ...(pause && { pause }),
  };
}

/**
 * Carries a plan out: all of it or nothing. Two who confirm the same plan make one resend, and one who
 * comes when the list has changed is given the new plan.
 */
export async function confirmResend(
  tools: ResendTools,
  plan: ResendPlan,
  actor: string,
): Promise<ResendResult> {
  const wanted = plan.editions.filter(({ count }) => count > 0);
  return tools.database.transaction(async (tx): Promise<ResendResult> => {
    await requireNoFence(tx);
    for (const root of [...new Set(wanted.map((one) => one.root))].sort()) {
      await lockFamily(tx, root);
    }
    const past = await Promise.all(wanted.map(({ key }) => pastResend(tx, { key })));
    const [by] = past;
    if (by && past.every((one) => one !== undefined)) return { result: 'already', by };
    const fresh = await planWithin(tools, tx, plan.request);
    const still = fresh.editions.filter(({ count }) => count > 0);
    const keys = (editions: readonly EditionPlan[]) => editions.map(({ key }) => key).join();
    if (keys(still) !== keys(wanted)) return { result: 'changed', plan: fresh };
    const at = tools.now();
    for (const edition of still) await write(tx, fresh.request, edition, { at, actor });
    return {
      result: 'done',
      deliveries: fresh.count,
      jobs: still.flatMap(({ id, channels }) =>
        channels
          .filter(({ chosen }) => chosen.length > 0)
          .map(({ channel }) => ({ editionId: id, channel })),
      ),
    };
  });
}

async function write(
  tx: Queryable,
  { reason, only }: ResendRequest,
  { id, root, key, frozen, channels, correction }: EditionPlan,
  act: { at: Date; actor: string },
): Promise<void> {
  if (frozen) await freezeCorrected(tx, root, frozen, act.at);
  const chosen = channels.flatMap((one) => one.chosen);
  await addResend(tx, { key, root, edition: id, reason, chosen, ...act });
  const each = channels
    .filter((one) => one.chosen.length > 0)
    .map((one) => `${one.channel} ${one.chosen.length}`);
  const what = correction
    ? `Revision ${correction.to} is sent to those who were sent revision ${correction.from}`
    : 'The edition is sent again';
  await recordEvent(tx, {
    ...act,
    kind: 'edition.resent',
    level: 'info',
    subject: `edition:${id}`,
    message: `${what} (${each.join(', ')}; only ${only}): ${closed(reason)}`,
  });
}
