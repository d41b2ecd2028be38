import { domainToASCII } from 'node:url';

export interface Mailbox {
  /** The display name, without its quotes. */
  readonly name?: string;
  /** `local@domain`, as it was written. */
  readonly address: string;
  /** In lower case and ASCII (punycode). */
  readonly domain: string;
}

/** A fully qualified domain of ASCII letters, digits and hyphens (RFC 1123, 2.1). */
export function isDomain(text: string): boolean {
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  return text.length <= 253 && new RegExp(`^(${label}\\.)+${label}$`, 'i').test(text);
}

/**
 * Reads `Name <local@domain>` or `local@domain`; undefined where it is neither. The local part is a
 * dot-atom (RFC 5321, 4.1.2): quoted local parts are refused, because half of all mail software is
 * wrong about them. A domain in another script is taken when it has an ASCII form.
 */
export function parseMailbox(text: string): Mailbox | undefined {
  // Control characters would end a header line and begin another.
  if (/\p{Cc}/u.test(text)) return undefined;
  const named = /^\s*(?:"([^"<>\\]*)"|([^"<>@]*?))\s*<([^<>]+)>\s*$/.exec(text);
  const address = named?.[3] ?? text.trim();
  const name = (named?.[1] ?? named?.[2] ?? '').trim();
  const [, local = '', domain = ''] = /^([^@]+)@([^@]+)$/.exec(address) ?? [];
  const atoms = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
  const ascii = domainToASCII(domain);
  if (local.length > 64 || !atoms.test(local) || !isDomain(ascii)) return undefined;
  return { ...(name && { name }), address, domain: ascii };
}
