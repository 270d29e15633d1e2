import { userInfo } from 'node:os';
import { CollabError, ExitCode } from '../index.js';

/** Pure but for the default user: `user@host:port`, `host`, `user@[v6]:port`. */
export function parseDeviceAddress(
  text: string,
  user = userInfo().username,
): { user: string; host: string; port: number } {
  const match =
    /^(?:([A-Za-z0-9._-]+)@)?(\[[0-9a-fA-F:.]+(?:%[A-Za-z0-9._-]+)?\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(
      text,
    );
  const host = (match?.[2] ?? '').replace(/^\[|\]$/g, '');
  const port = Number(match?.[3] ?? 22);
  if (host !== '' && !host.startsWith('-') && port >= 1 && port <= 65535) {
    return { user: match?.[1] ?? user, host, port };
  }
  throw new CollabError('device-address', {
    what: `"${text}" is no address of a device.`,
    next: 'Write user@host or user@host:port, e.g. --device pi@192.168.1.20',
    exitCode: ExitCode.usage,
  });
}
