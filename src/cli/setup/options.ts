import type { EntranceOptions, LookOptions, MendOptions } from '../session/index.js';
import type { DeviceAnswer, SetupAnswers } from './answers.js';

/** The flags of `collab setup`. */
export interface SetupFlags extends LookOptions, EntranceOptions, MendOptions {
  answers?: string;
  lan?: string;
  device: string[];
  take?: string[];
  user?: string;
  key?: string;
  sshConfig?: string;
  json?: boolean;
}

/** What flags and the file of answers say together. */
export interface SetupOptions extends Omit<SetupFlags, 'device' | 'answers'> {
  device: DeviceAnswer[];
}

/** Pure: a flag goes before the file; a list that is given by flags replaces the one of the file. */
export function withAnswers(flags: SetupFlags, file: SetupAnswers): SetupOptions {
  const firstFull = <T>(...lists: (readonly T[] | undefined)[]): T[] => [
    ...(lists.find((list) => list !== undefined && list.length > 0) ?? []),
  ];
  const { lan, scan, expect, timeout_s: timeout, user, key, ssh_config: sshConfig, mend, take } = file;
  const fromFile = { lan, scan, expect, timeout, user, key, sshConfig, mend, take };
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

/** An option that nobody gave must not cover the one that somebody gave. */
function withoutUndefined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
