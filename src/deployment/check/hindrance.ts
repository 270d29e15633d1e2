import type { CollabError } from '../../errors.js';

/** The steps of a check, in order. */
type CheckStep =
  'reachable' | 'host key' | 'login' | 'files' | 'engine' | 'disk' | 'python' | 'clock' | 'lease';

/** Why a device failed a step, and what to do about it. */
export interface Hindrance {
  step: CheckStep;
  what: string;
  why: string | null;
  next: string;
}

const stepOfError: Readonly<Record<string, CheckStep>> = {
  'host-key-changed': 'host key',
  'host-key-revoked': 'host key',
  'host-key-unknown': 'host key',
  'other-device': 'host key',
  'device-not-unique': 'host key',
  'device-installed-anew': 'host key',
  'key-refused': 'login',
  'key-unusable': 'login',
  'no-login-key': 'login',
  'facts-unreadable': 'login',
  'facts-incomplete': 'login',
  'channel-refused': 'login',
  'login-prints': 'files',
  'device-file': 'files',
  'files-silent': 'files',
  'no-engine': 'engine',
  'engine-refused': 'engine',
  'engine-failed': 'engine',
  'device-full': 'disk',
  'lease-failed': 'lease',
  'device-busy': 'lease',
};

/** The step that a device failed with this error. */
export function hindranceOf({ name, what, why, next }: CollabError): Hindrance {
  return { step: stepOfError[name] ?? 'reachable', what, why: why ?? null, next };
}
