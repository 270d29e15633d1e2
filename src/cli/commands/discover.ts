import { LanStore, messageOf, recognize, type Device } from '../../index.js';
import { lookAround, type LookOptions } from '../look-around.js';
import { openSession, type Session } from '../session.js';
import { table } from '../table.js';

export interface DiscoverOptions extends LookOptions {
  json?: boolean;
}

/** `collab discover`: who answers on this network, how it was found, and whether the current LAN knows it. */
export async function discoverDevices(options: DiscoverOptions): Promise<void> {
  const session = openSession(options);
  const seen = await lookAround(options, session);
  const found = await recognize(seen, await devicesOfCurrentLan(session), session.signal);
  const rows = found.map(({ host, address, port, how, mac, user, known }) => [
    host,
    port === 22 ? address : `${address}:${port}`,
    how,
    mac ?? '',
    user ?? '',
    known ?? 'new',
  ]);
  session.print(table(['NAME', 'ADDRESS', 'FOUND BY', 'MAC', 'USER', 'KNOWN AS'], rows), found);
  if (options.expect !== undefined && found.length < options.expect)
    session.say(`note: ${found.length} of ${options.expect} devices answered`);
}

/** A LAN that cannot be read must not keep a user from looking around. */
async function devicesOfCurrentLan({ workspace, say }: Session): Promise<readonly Device[]> {
  const lans = new LanStore(workspace);
  if ((await lans.currentName()) === null) return [];
  try {
    return (await lans.current()).devices;
  } catch (error) {
    say(`note: ${messageOf(error)} No device is told as known.`);
    return [];
  }
}
