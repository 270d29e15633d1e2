import type { CollabError } from '../../errors.js';
import type { HostKey } from './host-key.js';
import { judgeHostKey, type HostKeys } from './known-hosts.js';
import type { KnownHost } from './known-hosts-line.js';
import * as errors from './ssh-errors.js';

export type Trust = 'known-only' | 'first-use';

interface LoginRequest extends errors.Target {
  knownHosts: HostKeys;
  trust: Trust;
  deviceId?: string;
}

/** Decides whether to trust a host key. @returns null, or the error that says why not. */
export function verdict(
  request: LoginRequest,
  known: readonly KnownHost[],
  shown: HostKey,
): CollabError | null {
  const { deviceId, trust, knownHosts } = request;
  const { path } = knownHosts;
  const judged = judgeHostKey(known, shown);
  const mayBeTrusted = judged.kind === 'known' || (judged.kind === 'unknown' && trust === 'first-use');
  // A device may have several keys: it is the expected one if any line of its address has its id.
  const fingerprints = [shown, ...known.map((entry) => entry.key)].map((key) => key.fingerprint);
  if (mayBeTrusted && deviceId !== undefined && !fingerprints.includes(deviceId)) {
    return errors.otherDevice(request, deviceId, shown);
  }
  switch (judged.kind) {
    case 'known':
      return null;
    case 'unknown':
      return trust === 'first-use' ? null : errors.hostKeyUnknown(request, path, shown);
    case 'revoked':
      return errors.hostKeyRevoked(request, path, judged.entry);
    case 'changed':
      return errors.hostKeyChanged(request, path, judged.entry, shown);
  }
}
