/** Our addresses that take mail. Everything else is refused at RCPT, so that nothing is ever relayed. */

import { domainToASCII } from 'node:url';
import type { Keys } from '../subscribers/keys.js';
import { type ReturnPathClaim, readReturnPath } from '../subscribers/tokens.js';
import type { Door } from './judge.js';

export interface DoorsOptions {
  readonly keys: Keys;
  /** The domain of return paths. */
  readonly domain: string;
  /** The mailbox for unsubscribing by mail. */
  readonly unsubscribe?: string | undefined;
  /** The mailbox that feedback loops report to. */
  readonly complaints?: string | undefined;
}

export interface Recipient {
  readonly door: Door;
  /** Of a return path: whose mail it is. */
  readonly claim?: ReturnPathClaim;
}

/** Returns what finds the recipient of an address; undefined where it is none of ours, or is forged. */
export function createDoors({ keys, domain, unsubscribe, complaints }: DoorsOptions) {
  const own = domainToASCII(domain);
  return (address: string): Recipient | undefined => {
    const asked = canonical(address);
    if (unsubscribe && asked === canonical(unsubscribe)) return { door: 'unsubscribe' };
    if (complaints && asked === canonical(complaints)) return { door: 'complaints' };
    const at = asked.lastIndexOf('@');
    if (asked.slice(at + 1) !== own) return undefined;
    const claim = readReturnPath(keys, asked.slice(0, at));
    return claim && { door: 'return-path', claim };
  };
}

/** In lower case, the domain in ASCII. */
function canonical(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at).toLowerCase()}@${domainToASCII(address.slice(at + 1))}`;
}
