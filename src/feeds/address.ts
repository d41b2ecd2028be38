/** Which network addresses may be fetched: a feed must not make us talk to our own network (SSRF). */

import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ip from 'ipaddr.js';

/**
 * Whether an IP address belongs to the public internet. Loopback, private, link-local, shared,
 * multicast and reserved ranges do not, nor IPv6 addresses that carry an IPv4 one (mapped, NAT64,
 * 6to4, Teredo), whose real target nobody can tell. What is no IP address is not public either.
 */
export function isPublic(address: string): boolean {
  if (!ip.isValid(address)) return false;
  const parsed = ip.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // ipaddr.js calls everything it does not know unicast; only 2000::/3 is (RFC 4291, section 2.4).
  return parsed.kind() === 'ipv4' || parsed.match(ip.parse('2000::'), 3);
}

/** The IP address that a URL names instead of a host; undefined where it names a host. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return ip.isValid(host) ? host : undefined;
}

/**
 * A `lookup` for sockets that finds public addresses only. It runs for each new connection, after DNS,
 * so a name that changes its address meanwhile gains nothing. Hazard: Node does not call it where the
 * URL names an IP address; check `literalAddress` before.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const allowed = found.filter(({ address }) => isPublic(address));
    const [first] = allowed;
    if (!first) return callback(new PrivateAddressError(hostname), []);
    if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

/** A host lies in a private network, and the feed is not allowed to be there. */
export class PrivateAddressError extends Error {
  constructor(host: string) {
    super(
      `${host} is an address of a private network, which is not fetched; set allowPrivate on the feed if it is the newsroom's own.`,
    );
  }
}
