/** The edition of what staff name: as it was frozen, or as it would be frozen now, in memory only. */

import { type Renderers, renderFor } from '../channels/render.js';
import { freezeAlert } from '../editions/alert.js';
import { freezeCorrection } from '../editions/resend.js';
import type { ChannelName, Edition, EditionId, Language, Program } from '../model.js';
import type { Queryable } from '../store/database.js';
import { type Rendering, rendering } from '../store/editions.js';
import { type SentEdition, sentEdition, sentEditions } from '../store/resends.js';
import type { Subject } from './find.js';

export interface Issue {
  readonly edition: Edition;
  /** `revised`: the article has a newer revision than went out, and this is it. */
  readonly stage: 'frozen' | 'revised' | 'to come';
  /** What the ledger has of it, or of the edition that it would correct. */
  readonly sent?: SentEdition;
}

export interface IssueTools {
  readonly renderers: Renderers;
  readonly programs: readonly Program[];
  /** The newsroom's. */
  readonly language: Language;
  readonly now: () => Date;
}

/** An article is shown in its newest revision: as its alert, or as a resend would bring it. */
export async function issueOf(db: Queryable, tools: IssueTools, subject: Subject): Promise<Issue> {
  if (subject.kind === 'edition') return frozen(await required(db, subject.edition));
  const { article } = subject;
  const at = tools.now().toISOString();
  const alerts = await sentEditions(db, article.id, 'alert');
  const own = alerts.filter(({ edition }) => edition.language === tools.language);
  const sent = (own.length > 0 ? own : alerts).at(-1);
  if (!sent) {
    const { edition } = freezeAlert(article, tools.language, tools.programs, at);
    return { edition, stage: 'to come' };
  }
  if (article.revision <= sent.revision) return frozen(sent);
  const root = await required(db, sent.root);
  const { edition } = freezeCorrection(article, root.edition, tools.programs, at);
  return { edition, stage: 'revised', sent };
}

function frozen(sent: SentEdition): Issue {
  return { edition: sent.edition, stage: 'frozen', sent };
}

async function required(db: Queryable, id: EditionId): Promise<SentEdition> {
  const sent = await sentEdition(db, id);
  if (!sent) throw new Error(`The edition ${id} is not in the ledger.`);
  return sent;
}

/** What a channel makes of the issue: what was frozen with it, and else what it would be now. */
export async function renderingOf(
  db: Queryable,
  renderers: Renderers,
  { edition, stage, sent }: Issue,
  channel: ChannelName,
): Promise<Rendering['result']> {
  if (stage === 'frozen') {
    const rendered = await rendering(db, edition.id, channel);
    if (rendered !== undefined) return { rendered };
    const failure = sent?.failures[channel];
    if (failure !== undefined) return { failure };
  }
  const [made] = await renderFor(renderers, edition, [channel]);
  return made?.result ?? { failure: `There is no channel ${channel}.` };
}
