import { createHmac } from 'node:crypto';
import { hostKeyOf, type HostKey } from './host-key.js';

/** One usable line of a known_hosts file. */
export interface KnownHost {
  /** 1-based line number in the file. */
  line: number;
  revoked: boolean;
  key: HostKey;
}

/** The name of a host in known_hosts; with a port other than 22, as `[host]:port`. */
export function hostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/**
 * The lines of a known_hosts text that match a host: plain names, patterns, negations and hashed names.
 * `@cert-authority` lines, comments and malformed lines are skipped. See sshd(8), SSH_KNOWN_HOSTS.
 */
export function findInKnownHosts(text: string, host: string, port: number): KnownHost[] {
  const name = hostName(host, port);
  return text.split('\n').flatMap((raw, index) => {
    const words = raw.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [hosts, type, base64] = words;
    if (!hosts || hosts.startsWith('#') || !type || !base64) return [];
    if (marker === '@cert-authority' || !isFor(hosts, name)) return [];
    const key = readKey(type, base64);
    return key ? [{ line: index + 1, revoked: marker === '@revoked', key }] : [];
  });
}

function isFor(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return isHashOf(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => matches(pattern, name));
}

function isHashOf(hashed: string, name: string): boolean {
  const [, , salt, hash] = hashed.split('|');
  if (!salt || !hash) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}

function readKey(type: string, base64: string): HostKey | null {
  const blob = Buffer.from(base64, 'base64');
  if (blob.length < 8 || blob.readUInt32BE(0) !== type.length) return null;
  const key = hostKeyOf(blob);
  return key.type === type ? key : null;
}
