import { CollabError, ExitCode, type TypedPlace } from '../../index.js';

/** Pure: `user@host:port`, `host`, `user@[v6]:port`. What is left out is null: ssh_config may say it. */
export function parseDeviceAddress(text: string, user: string | null = null): TypedPlace {
  const match =
    /^(?:([A-Za-z0-9._-]+)@)?(\[[0-9a-fA-F:.]+(?:%[A-Za-z0-9._-]+)?\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(
      text,
    );
  const host = (match?.[2] ?? '').replace(/^\[|\]$/g, '');
  const port = match?.[3] === undefined ? null : Number(match[3]);
  const isPort = port === null || (port >= 1 && port <= 65535);
  if (host !== '' && !text.startsWith('-') && !host.startsWith('-') && isPort) {
    return { user: match?.[1] ?? user, host, port };
  }
  throw new CollabError('device-address', {
    what: `"${text}" is no address of a device.`,
    next: 'Write user@host, user@host:port or a Host of your ssh_config, e.g. --device pi@192.168.1.20',
    exitCode: ExitCode.usage,
  });
}
