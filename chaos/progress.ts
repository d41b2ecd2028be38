/** How far a run is: one line a second, and the questions that end it. */

import { sleep } from '../rig/child.js';
import type { LedgerView } from './ledger.js';

const every = 1_000;

/** Prints the line where it has changed, until what it returns is called. */
export function printProgress(ledger: LedgerView, say: (line: string) => void): () => void {
  let last = '';
  const timer = setInterval(async () => {
    const line = await describe(ledger).catch(() => 'the ledger is away');
    if (line !== last) say(line);
    last = line;
  }, every);
  return () => clearInterval(timer);
}

async function describe(ledger: LedgerView): Promise<string> {
  const { email, discord, rss } = await ledger.progress();
  return [
    `mail ${email.final}/${email.planned}, ${email.uncertain} uncertain`,
    `Discord ${discord.final}/${discord.planned}`,
    `output feeds ${rss.final}/${rss.planned}`,
  ].join(' · ');
}

/** Whether every published article has its edition, and every mail its receipt. */
export async function mailed(published: number, ledger: LedgerView): Promise<boolean> {
  try {
    const { email } = await ledger.progress();
    return (await ledger.ready()) >= published && email.final === email.planned;
  } catch {
    return false;
  }
}

/** Resolves when every delivery has its receipt, or `within` milliseconds are over. */
export async function settled(
  published: number,
  ledger: LedgerView,
  { within, signal }: { readonly within: number; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + within;
  while (Date.now() < deadline && !signal.aborted) {
    const { email, discord, rss } = await ledger.progress();
    const open = [email, discord, rss].some(({ final, planned }) => final < planned);
    if (!open && (await ledger.ready()) >= published) return;
    await sleep(250);
  }
}
