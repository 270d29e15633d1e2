import type { LoginFlags, DiscoveryFlags, FixFlags } from '../session/index.js';
import type { DeviceAnswer, SetupAnswers } from './answers.js';

/** Flags of `collab setup`. */
export interface SetupFlags extends DiscoveryFlags, LoginFlags, FixFlags {
  answers?: string;
  lan?: string;
  device: string[];
  take?: string[];
  user?: string;
  key?: string;
  sshConfig?: string;
  json?: boolean;
}

/** Flags and the answers file, merged. */
export interface SetupOptions extends Omit<SetupFlags, 'device' | 'answers'> {
  device: DeviceAnswer[];
}

/** A flag takes precedence over the file; a list given by flags replaces the one in the file. */
export function withAnswers(flags: SetupFlags, file: SetupAnswers): SetupOptions {
  const firstFull = <T>(...lists: (readonly T[] | undefined)[]): T[] => [
    ...(lists.find((list) => list !== undefined && list.length > 0) ?? []),
  ];
  const { lan, scan, expect, timeout_s: timeout, user, key, ssh_config: sshConfig, fix, take } = file;
  const fromFile = { lan, scan, expect, timeout, user, key, sshConfig, fix, take };
  return {
    ...withoutUndefined(fromFile),
    ...withoutUndefined(flags),
    interface: firstFull(flags.interface, file.interfaces),
    trust: firstFull(flags.trust, file.trust),
    device: firstFull(
      flags.device.map((address) => ({ address })),
      file.devices,
    ),
  };
}

/** An omitted option must not override one that was given. */
function withoutUndefined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
