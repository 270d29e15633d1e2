import { resolve } from 'node:path';
import { CollabError, editDevice, ExitCode } from '../../../index.js';
import { deviceTable } from '../../text/index.js';
import { chosenLan, openSession } from '../../session/index.js';

export interface EditOptions {
  lan?: string;
  name?: string;
  tag: string[];
  untag: string[];
  address?: string;
  user?: string;
  port?: number;
  key?: string;
  json?: boolean;
}

/** `collab device edit <name>`: changes the name, tags, address or login of a device. */
export async function deviceEdit(name: string, options: EditOptions): Promise<void> {
  const { workspace, signal, print } = openSession(options);
  const lan = await chosenLan(workspace, options.lan);
  const { tag, untag, address, user, port, key } = options;
  const given = [options.name, address, user, port, key].some((value) => value !== undefined);
  if (!given && tag.length + untag.length === 0) throw nothingToChange(name);
  const keyPath = key === undefined ? undefined : key === 'none' ? null : resolve(key);
  const device = await editDevice(
    {
      lan,
      device: lan.device(name),
      changes: { name: options.name, tag, untag, address, user, port, keyPath },
    },
    { workspace, signal },
  );
  print(deviceTable([device]), device.toJSON());
}

function nothingToChange(name: string): CollabError {
  return new CollabError('device-edit', {
    what: `No change to ${name} was given.`,
    next: `Give at least one option, for example: collab device edit ${name} --tag camera`,
    exitCode: ExitCode.usage,
  });
}
