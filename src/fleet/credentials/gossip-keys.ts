import { createHash } from 'node:crypto';
import { CollabError, ExitCode } from '../../errors.js';
import type { RandomBytes } from './randomness.js';

const keyBytes = 32;

/** A key with which members encrypt what they say to each other, as base64. */
export function makeGossipKey(random: RandomBytes): string {
  return random(keyBytes).toString('base64');
}

/** The file of a member: one key a line. It encrypts with the first and accepts all. */
export function gossipKeysText(keys: readonly string[]): string {
  return keys.map((key) => `${key}\n`).join('');
}

/** @throws CollabError `gossip-keys-broken` */
export function parseGossipKeys(text: string): string[] {
  const keys = text.split('\n').filter((line) => line !== '');
  const isKey = (key: string) =>
    Buffer.from(key, 'base64').toString('base64') === key && sizeOf(key) === keyBytes;
  if (keys.length > 0 && keys.every(isKey) && new Set(keys).size === keys.length) return keys;
  throw new CollabError('gossip-keys-broken', {
    what: 'The file with the gossip keys is damaged.',
    why: `It must have one key of ${keyBytes} bytes in base64 a line, each once.`,
    next: 'Restore the fleet from a backup: collab fleet restore',
    exitCode: ExitCode.usage,
  });
}

/** How a key is named where it must not be shown: the first 8 hex digits of its SHA-256. */
export function keyFingerprint(key: string): string {
  return createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 8);
}

/**
 * The steps that are left until `fresh` is the only key. Every member must have one step before any has the next: then all
 * understand each other all the time. From one key: all accept the new one, all encrypt with it, all forget the old one.
 */
export function rotation(keys: readonly string[], fresh: string): string[][] {
  const others = keys.filter((key) => key !== fresh);
  const steps = [[...others, fresh], [fresh, ...others], [fresh]];
  if (!keys.includes(fresh)) return steps;
  if (others.length === 0) return [];
  return steps.slice(keys[0] === fresh ? 2 : 1);
}

function sizeOf(base64: string): number {
  return Buffer.from(base64, 'base64').length;
}
