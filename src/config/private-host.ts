import ipaddr from 'ipaddr.js';

/**
 * Whether a URL's host can only be in one's own network: a loopback or private address, `localhost`,
 * a name without a dot (as Docker gives), or one under a suffix that is never public (RFC 6761,
 * RFC 6762, RFC 8375). No name is looked up: a public name may still lead to a private address.
 */
export function isPrivateHost(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== 'unicast';
  return !host.includes('.') || /\.(localhost|local|internal|lan|test|home\.arpa)$/.test(host);
}

/** Whether a URL leads to this machine alone, so that plain http does no harm. */
export function isLoopbackHost(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'loopback';
  return host === 'localhost' || host.endsWith('.localhost');
}
