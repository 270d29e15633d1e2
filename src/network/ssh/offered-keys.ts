import { messageOf, plainText } from '../../errors.js';
import { hostKeyOf } from './host-key.js';
import type { FileKey, KeyAgent, KeySource } from './login-keys.js';

/** One key of an ssh agent. */
export interface AgentKey {
  kind: 'agent';
  name: string;
  /** An agent of the ssh library that has this key alone. */
  agent: object;
}

/** A key that can be offered to a server by itself. */
export type OfferedKey = FileKey | AgentKey;

/** A key that an agent lists. */
export interface AgentIdentity {
  /** In wire format. */
  blob: Buffer;
  comment: string;
  agent: object;
}

/** What the ssh library does with keys; `client.ts` has it. */
export interface KeyLibrary {
  /** The public key, in wire format, of a private key; null if it cannot be used. */
  publicKeyOf: (privateKey: string) => Buffer | null;
  /** The keys that an agent holds. Rejects if it does not answer. */
  identitiesOf: (socket: string) => Promise<AgentIdentity[]>;
}

/** The keys to offer, each once and in order, and what can't be offered, in words. */
export interface KeysToOffer {
  keys: OfferedKey[];
  /** Such as `the ssh agent at /run/agent, which holds no key`. */
  left: string[];
}

/** Looks into files and agents, so that every key is offered by itself: a server takes only so many at one login. */
export async function keysToOffer(sources: readonly KeySource[], library: KeyLibrary): Promise<KeysToOffer> {
  const keys: OfferedKey[] = [];
  const left: string[] = [];
  const seen = new Set<string>();
  const add = (key: OfferedKey, blob: Buffer) => {
    const base64 = blob.toString('base64');
    if (!seen.has(base64)) keys.push(key);
    seen.add(base64);
  };
  for (const source of sources) {
    if (source.kind === 'file') {
      const blob = library.publicKeyOf(source.privateKey);
      if (blob === null) left.push(`${source.name}, whose format is not known`);
      else add(source, blob);
      continue;
    }
    try {
      const held = await library.identitiesOf(source.socket);
      const wanted = held.filter(({ blob }) => isWanted(source, blob));
      if (wanted.length === 0) {
        left.push(
          `${source.name}, which holds ${source.only === null ? 'no key' : 'not the key that is named'}`,
        );
      }
      for (const identity of wanted) add(agentKey(source, identity), identity.blob);
    } catch (error) {
      left.push(`${source.name}, which does not answer (${plainText(messageOf(error))})`);
    }
  }
  return { keys, left };
}

function isWanted({ only }: KeyAgent, blob: Buffer): boolean {
  return only === null || only.includes(blob.toString('base64'));
}

function agentKey(source: KeyAgent, { blob, comment, agent }: AgentIdentity): AgentKey {
  const { fingerprint } = hostKeyOf(blob);
  const label = plainText(comment).trim();
  const key = label === '' ? fingerprint : `${label} (${fingerprint})`;
  return { kind: 'agent', name: `${key} of ${source.name}`, agent };
}
