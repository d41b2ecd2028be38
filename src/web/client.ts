/** Where a request comes from: past the proxies that the config trusts, and no others. */

import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';

/**
 * The client's address. X-Forwarded-For is read from its end, as each proxy adds whom it was called by:
 * the first that is no trusted proxy is the client. What stands before it, anybody may have written.
 */
export function clientAddress(c: Context, trustedProxies: readonly string[]): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  const passedOn = (c.req.header('x-forwarded-for') ?? '').split(',').map((one) => one.trim());
  let client = incoming?.socket.remoteAddress ?? '';
  while (isTrusted(client, trustedProxies)) {
    const before = passedOn.pop();
    if (!before || !ipaddr.isValid(before)) break;
    client = before;
  }
  return ipaddr.isValid(client) ? ipaddr.process(client).toString() : '';
}

function isTrusted(address: string, proxies: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const one = ipaddr.process(address);
  return proxies.some((proxy) => {
    const [network, bits] = proxy.includes('/')
      ? ipaddr.parseCIDR(proxy)
      : ([ipaddr.parse(proxy), undefined] as const);
    if (one.kind() !== network.kind()) return false;
    return one.match(network, bits ?? (one.kind() === 'ipv4' ? 32 : 128));
  });
}

/** Whom a limit counts as one: an IPv4 address, or an IPv6 /64, as every household has that many. */
export function limitKey(address: string): string {
  return shortened(address, 4, 4);
}

/** What is kept of where a reader agreed: an IPv4 /24, or an IPv6 /48. It tells a network, not a person. */
export function networkOf(address: string): string {
  return shortened(address, 3, 3);
}

/** The first numbers of an address: octets of IPv4, groups of IPv6. */
function shortened(address: string, octets: number, groups: number): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) {
    const kept = parsed.octets.slice(0, octets).join('.');
    return octets === 4 ? kept : `${kept}.0/${8 * octets}`;
  }
  const kept = (parsed as ipaddr.IPv6).parts.slice(0, groups).map((part) => part.toString(16));
  return `${kept.join(':')}::/${16 * groups}`;
}
