/** Which editions a resend is about: one by its id, or the alerts of an article. */

import { type Renderers, renderFor } from '../channels/render.js';
import { freezeCorrection } from '../editions/resend.js';
import type { ChannelName, Program } from '../model.js';
import type { ArticleRow } from '../store/articles.js';
import type { Queryable } from '../store/database.js';
import type { FrozenEdition } from '../store/editions.js';
import { listedChannels, type SentEdition, sentEdition, sentEditions } from '../store/resends.js';
import { closed } from '../templates/plain.js';
import { findSubject } from './find.js';

export interface TargetTools {
  readonly renderers: Renderers;
  readonly programs: readonly Program[];
  readonly now: () => Date;
}

export interface Target extends Pick<SentEdition, 'edition' | 'root' | 'revision' | 'failures'> {
  /** Where it brings a newer revision than was ever sent: which one was. */
  readonly correction?: { readonly of: number };
  /** The correction, where it is not frozen yet. */
  readonly frozen?: FrozenEdition;
}

/** Throws a full sentence where there is none, or staff hold it. */
export async function targetsOf(
  db: Queryable,
  tools: TargetTools,
  { name, asSent }: { readonly name: string; readonly asSent?: boolean | undefined },
): Promise<Target[]> {
  const subject = await findSubject(db, name);
  if (subject.kind === 'edition') {
    const sent = await sentEdition(db, subject.edition);
    if (!sent) throw new Error(`There is no edition "${name}".`);
    return [await notHeld(db, sent)];
  }
  const { article } = subject;
  if (article.state === 'held') {
    throw new Error(
      `The article is held: ${closed(article.holdReason ?? '')} Let it go first with "broadsheet release ${article.id.slice(0, 8)}".`,
    );
  }
  const alerts = await sentEditions(db, article.id, 'alert');
  if (alerts.length === 0) throw new Error(await noAlert(db, article));
  const targets: Target[] = [];
  // A family's newest revision comes last, and is what stays.
  for (const newest of new Map(alerts.map((alert) => [alert.root, alert])).values()) {
    const last = await notHeld(db, newest);
    const newer = !asSent && article.revision > last.revision;
    targets.push(newer ? await correct(db, tools, article, last) : last);
  }
  return targets;
}

/** The newest revision of the article, for those who were sent an earlier one. */
async function correct(
  db: Queryable,
  tools: TargetTools,
  article: ArticleRow,
  last: SentEdition,
): Promise<Target> {
  const { root, edition } = last;
  const at = tools.now().toISOString();
  const first = root === edition.id ? last : await sentEdition(db, root);
  const { key, edition: corrected } = freezeCorrection(
    article,
    first?.edition ?? edition,
    tools.programs,
    at,
  );
  // The mail is also the edition's web view, which others link to.
  const names = new Set<ChannelName>(['email', ...(await listedChannels(db, root))]);
  const renderings = await renderFor(tools.renderers, corrected, names);
  const failures = Object.fromEntries(
    renderings.flatMap(({ channel, result }) =>
      'failure' in result ? [[channel, result.failure]] : [],
    ),
  );
  return {
    edition: corrected,
    root,
    revision: article.revision,
    failures,
    correction: { of: last.revision },
    frozen: { key, edition: corrected, renderings },
  };
}

async function notHeld(db: Queryable, sent: SentEdition): Promise<SentEdition> {
  const root = sent.root === sent.edition.id ? sent : await sentEdition(db, sent.root);
  for (const one of [sent, root]) {
    if (!one || one.holdReason === null) continue;
    throw new Error(
      `The edition ${one.id.slice(0, 8)} is held: ${closed(one.holdReason)} Let it go first with "broadsheet release ${one.id.slice(0, 8)}".`,
    );
  }
  return sent;
}

async function noAlert(db: Queryable, article: ArticleRow): Promise<string> {
  const digests = await sentEditions(db, article.id, 'digest');
  if (digests.length === 0) {
    return `Nothing of the article was sent yet, so there is nothing to send again. See what became of it with "broadsheet show ${article.id.slice(0, 8)}".`;
  }
  const named = digests.slice(0, 10).map(({ id, edition }) => `${id.slice(0, 8)} (${edition.on})`);
  const more = digests.length > 10 ? ` and ${digests.length - 10} more` : '';
  return `The article went out in digests only: ${named.join(', ')}${more}. Send one of them again by its id.`;
}
