/** What a bench puts into a ledger: readers, and an edition of ten articles that waits for them. */

import { randomUUID } from 'node:crypto';
import { freezeAlert } from '../src/editions/alert.js';
import type { Edition, EditionArticle, Newsroom, Program } from '../src/model.js';
import { releaseDue } from '../src/store/articles.js';
import type { Database } from '../src/store/database.js';
import { refreshStatistics } from '../src/store/deliveries.js';
import { assembleChunk, freezeAlerts } from '../src/store/editions.js';
import { recordPoll } from '../src/store/polls.js';
import { renderMail } from '../src/templates/email/mail.js';
import { chunkSize } from '../src/workers/assemble.js';

export const newsroom: Newsroom = {
  name: 'Bench Centre',
  language: 'en',
  timezone: 'UTC',
  postalAddress: '1 Bench Street',
  colour: '#0b5c6b',
};

export const program: Program = {
  id: 'bench',
  name: 'Measurements and Figures Program (MFP)',
  aliases: [],
  colour: '#0b5c6b',
  urls: [],
};

const sentence =
  'The river gauges at the border were read by both sides on the same morning, and for the first time the two lists agree. ';

/** What the articles belong to in turn; readers follow the first. */
const programs = [program, { ...program, id: 'borders', name: 'Rivers and Borders Program (RBP)' }];

/** Octets of a mail, more or less. */
export const mailOctets = 40_960;

/** A digest of two programs, as long as `mailOctets` says. */
export function tenArticles(): Edition {
  const articles = Array.from(
    { length: 10 },
    (_, n): EditionArticle => ({
      id: randomUUID(),
      revision: 1,
      title: `What the figures of basin ${n + 1} say, and what they do not`,
      url: `https://policy.example/articles/basin-${n + 1}`,
      author: 'Dana Orazova',
      image: {
        url: `https://policy.example/pictures/basin-${n + 1}.jpg`,
        alt: `A gauge at the border of basin ${n + 1}`,
        credit: 'Centre for River Figures',
      },
      publishedAt: '2026-03-01T07:00:00.000Z',
      summary: sentence,
      bodyHtml: `<p>${sentence.repeat(4)}</p>`.repeat(4),
      language: 'en',
      categories: [],
      programs: programs.filter((_, index) => index === n % programs.length),
    }),
  );
  return {
    id: randomUUID(),
    kind: 'digest',
    language: 'en',
    createdAt: '2026-03-02T08:00:00.000Z',
    sections: programs.map((one) => ({
      program: one,
      articles: articles.filter((article) => article.programs.includes(one)),
    })),
  };
}

/** Freezes an edition for all readers of a program whose rendering is the mail of ten articles. */
export async function freezeTenArticles(
  database: Database,
  name: string,
  to: Program = program,
): Promise<string> {
  const at = new Date();
  const url = 'https://policy.example/feed.xml';
  const { fresh } = await recordPoll(database, {
    feed: { id: 'bench', url },
    at,
    next: () => ({ at: new Date(at.getTime() + 3_600_000), reason: 'every hour' }),
    document: { bodyHash: name, from: url, whole: true },
    address: { url, movedTo: null, moving: null },
    total: 1,
    asks: {},
    releaseAfter: 0,
    admit: () => ({ verdict: 'pass', reason: 'It is a bench.' }),
    articles: [
      {
        aliases: [`guid:bench:${name}`],
        entryHash: name,
        words: () => ({ title: name, text: name }),
        content: {
          title: name,
          url: `https://policy.example/${name}`,
          summary: '',
          bodyHtml: '',
          categories: [],
          programs: [to.id],
        },
      },
    ],
  });
  const [article] = fresh;
  const [row] = (
    await database.query('select revision, content from revisions where article_id = $1', [article])
  ).rows;
  await releaseDue(database, at);
  const { key, edition } = freezeAlert(
    { id: article as string, ...row },
    'en',
    [to],
    at.toISOString(),
  );
  const rendered = await renderMail({ ...tenArticles(), id: edition.id }, newsroom);
  await freezeAlerts(
    database,
    article as string,
    [{ key, edition, waitsSince: at, renderings: [{ channel: 'email', result: { rendered } }] }],
    at,
  );
  for (;;) {
    const { ready } = await assembleChunk(database, edition.id, {
      size: chunkSize,
      now: new Date(),
    });
    if (ready) break;
  }
  await refreshStatistics(database);
  return edition.id;
}
