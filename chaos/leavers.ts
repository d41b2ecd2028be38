/** Readers who unsubscribe in the middle, through the link of an earlier mail. */

import { eventually } from '../rig/child.js';
import type { Chance } from '../sandbox/newsroom/chance.js';
import type { Keys } from '../src/subscribers/keys.js';
import { unsubscribeToken } from '../src/subscribers/tokens.js';
import type { Leaver } from './facts.js';
import type { LedgerView } from './ledger.js';

export interface LeaversOptions {
  readonly readers: readonly string[];
  readonly keys: Keys;
  readonly webUrl: string;
  readonly ledger: LedgerView;
  readonly chance: Chance;
}

/** Milliseconds: the web may be killed and started in between, and the database with it. */
const patience = 60_000;

export type Leavers = ReturnType<typeof createLeavers>;

export function createLeavers({ readers, keys, webUrl, ledger, chance }: LeaversOptions) {
  const staying = new Set(readers);
  const left: Leaver[] = [];

  async function leave(address: string): Promise<void> {
    const destination = await ledger.destination(address);
    const token = unsubscribeToken(keys, { destination, programs: ['readers'] });
    await eventually(() => oneClick(`${webUrl}/unsubscribe/${token}`), {
      every: 100,
      within: patience,
      otherwise: 'A reader could not unsubscribe.',
    });
    left.push({ address, mayHave: new Set(await ledger.handedOver(address)) });
  }

  return {
    left: left as readonly Leaver[],
    /** Resolves when they have left, each with the answer 200. */
    async leave(count: number): Promise<void> {
      const chosen = Array.from({ length: count }, () => chance.pick([...staying]));
      for (const address of chosen) staying.delete(address);
      await Promise.all([...new Set(chosen)].map(leave));
    },
  };
}

/** As a mail program does (RFC 8058); undefined where the web is away. */
async function oneClick(url: string): Promise<true | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
      signal: AbortSignal.timeout(5_000),
    });
    return response.status === 200 ? true : undefined;
  } catch {
    return undefined;
  }
}
