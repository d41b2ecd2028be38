import { expect, it } from 'vitest';
import { testLedger } from '../support/database.js';
import { openStage, type Stage } from './feed-stage.js';
import { drawLife } from './newsroom-life.js';
import type { FeedName } from './newsroom-site.js';

/** Seeds that are lived through, and for how many days. By hand: SEEDS=1-100 DAYS=90. */
const [from = 1, to = 1] = (process.env.SEEDS ?? '1-3').split('-').map(Number);
const days = Number(process.env.DAYS ?? 15);

interface Account {
  /** Articles that came out and were seen after their feed was first read. */
  readonly due: number;
  readonly sent: number;
  /** New articles that wait for staff, by the reasons. */
  readonly held: Readonly<Record<string, number>>;
  /** Each in a sentence. */
  readonly mistakes: readonly string[];
}

/** Lives through the months with the real watcher, and says what became of each article. */
async function live(seed: string, stage: Stage): Promise<Account> {
  await stage.clear();
  const life = drawLife(seed);
  const end = life.now() + days * 86_400_000;
  const begun = new Map<FeedName, number>();
  /** When each article that is due was first seen, and what had happened before. */
  const due = new Map<number, string>();
  const story: string[] = [];
  while (life.now() < end) {
    const happened = life.step();
    const when = new Date(life.now()).toISOString().slice(0, 13);
    story.push(`${when} ${happened.join(', ')}`);
    for (const feed of life.feeds()) {
      // A poll may be late, so that several things happen between two.
      if (begun.has(feed) && story.length % 5 === 3) continue;
      const { document, pieces } = life.show(feed);
      await stage.poll(feed, document, new Date(life.now()));
      const first = begun.get(feed);
      if (first === undefined) {
        if (pieces.length > 0) begun.set(feed, life.now());
        continue;
      }
      for (const { n, at } of pieces) {
        if (at > first && !due.has(n)) due.set(n, `${feed} ${when}: ${story.slice(-3).join('; ')}`);
      }
    }
  }
  const articles = await stage.articles();
  const held: Record<string, number> = {};
  const mistakes: string[] = [];
  const numberOf = (author = '') => Number(author.replace('Writer ', '')) || undefined;
  const of = (state: string) =>
    articles.flatMap(({ content, state: its, holdReason, seenAt }) =>
      its === state ? [{ n: numberOf(content.author), content, holdReason, seenAt }] : [],
    );
  const sent = new Set<number>();
  for (const { n, content, seenAt } of of('waiting')) {
    const when = seenAt.toISOString().slice(0, 13);
    if (n === undefined) mistakes.push(`“${content.title}” is no article, and was sent (${when}).`);
    else if (sent.has(n)) mistakes.push(`${n} was sent twice (${when}).`);
    else if (!due.has(n)) mistakes.push(`${n} is old, and was sent (${when}).`);
    if (n !== undefined) sent.add(n);
  }
  for (const [n, since] of due) {
    if (sent.has(n)) continue;
    const waits = of('held').find((one) => one.n === n);
    const reason = waits?.holdReason?.replace(/“.*?”|\d+/g, '…');
    if (reason) held[reason] = (held[reason] ?? 0) + 1;
    else mistakes.push(`${n} is lost (${since}).`);
  }
  return { due: due.size, sent: sent.size, held, mistakes };
}

it('sends each new article once, and nothing else, whatever happens to the feeds', {
  timeout: 3_600_000,
}, async () => {
  const stage = openStage(await testLedger());
  const accounts: Account[] = [];
  for (let seed = from; seed <= to; seed += 1) {
    const account = await live(`newsroom ${seed}`, stage);
    accounts.push(account);
    if (process.env.SEEDS) console.log(seed, JSON.stringify(account));
  }
  await stage.close();
  expect(
    accounts.flatMap(({ mistakes }, at) => mistakes.map((one) => `Seed ${from + at}: ${one}`)),
  ).toEqual([]);
  const total = (of: (account: Account) => number) =>
    accounts.reduce((sum, one) => sum + of(one), 0);
  const due = total((one) => one.due);
  expect(due).toBeGreaterThan((to - from + 1) * days);
  // Few wait for staff.
  expect(total((one) => one.due - one.sent)).toBeLessThan(due * 0.15);
});
