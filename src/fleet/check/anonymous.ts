import { isIPv6 } from 'node:net';

/** Names that must not be in a file for somebody else, and what stands for them. */
export type Aliases = ReadonlyMap<string, string>;

/** An address of IPv4, with or without a port, and of Ethernet. */
const addresses = /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi;
/** What could be an address of IPv6, in brackets if a port follows. */
const perhapsIPv6 = /\[([0-9a-f:.]+)\](?::\d+)?|[0-9a-f]*:[0-9a-f:]*[0-9a-f]/gi;
/** Keys, tokens and hashes: long words of their characters. */
const secrets = /\b[A-Za-z0-9+/_-]{32,}={0,2}/g;
/** Ids of members. */
const ids = /\b[0-9a-f]{20}\b/g;

/** A text without names, addresses, ids and secrets. */
export function anonymous(text: string, aliases: Aliases): string {
  let clean = text.replace(secrets, '<secret>').replace(ids, '<id>').replace(addresses, '<address>');
  clean = clean.replace(perhapsIPv6, (word, inner?: string) => (isIPv6(inner ?? word) ? '<address>' : word));
  // Long names first: one name can be a part of another.
  for (const [name, alias] of [...aliases].sort(([a], [b]) => b.length - a.length)) {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    clean = clean.replace(new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'g'), alias);
  }
  return clean;
}
