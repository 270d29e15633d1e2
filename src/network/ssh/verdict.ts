import type { CollabError } from '../../errors.js';
import type { HostKey } from './host-key.js';
import { judgeHostKey, type HostKeys } from './known-hosts.js';
import type { KnownHost } from './known-hosts-line.js';
import * as errors from './ssh-errors.js';

export type Trust = 'known-only' | 'first-use';

interface Asked extends errors.Target {
  knownHosts: HostKeys;
  trust: Trust;
  deviceId?: string;
}

/** Null when the key may be trusted, else why not. */
export function verdict(asked: Asked, known: readonly KnownHost[], shown: HostKey): CollabError | null {
  const { deviceId, trust, knownHosts } = asked;
  const { path } = knownHosts;
  const judged = judgeHostKey(known, shown);
  const mayBeTrusted = judged.kind === 'known' || (judged.kind === 'unknown' && trust === 'first-use');
  // A device may have several keys: it is itself as long as the lines of its address hold its id.
  const fingerprints = [shown, ...known.map((entry) => entry.key)].map((key) => key.fingerprint);
  if (mayBeTrusted && deviceId !== undefined && !fingerprints.includes(deviceId)) {
    return errors.otherDevice(asked, deviceId, shown);
  }
  switch (judged.kind) {
    case 'known':
      return null;
    case 'unknown':
      return trust === 'first-use' ? null : errors.hostKeyUnknown(asked, path, shown);
    case 'revoked':
      return errors.hostKeyRevoked(asked, path, judged.entry);
    case 'changed':
      return errors.hostKeyChanged(asked, path, judged.entry, shown);
  }
}
