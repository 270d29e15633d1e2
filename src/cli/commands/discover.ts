import { LanStore, messageOf, recognize, type Device } from '../../index.js';
import { discoverWithPrompt, type DiscoveryFlags, openSession, type Session } from '../session/index.js';
import { table } from '../text/index.js';

export interface DiscoverOptions extends DiscoveryFlags {
  json?: boolean;
}

/** `collab discover`: devices on the local network, how they were found, and their names in the current LAN. */
export async function discoverDevices(options: DiscoverOptions): Promise<void> {
  const session = openSession(options, 'events');
  const seen = await discoverWithPrompt(options, session);
  const found = await recognize(seen, await devicesOfCurrentLan(session), session.signal);
  const rows = found.map(({ host, address, port, how, mac, user, known }) => [
    host,
    port === 22 ? address : `${address}:${port}`,
    how,
    mac ?? '',
    user ?? '',
    known ?? 'new',
  ]);
  const headings = ['NAME', 'ADDRESS', 'FOUND BY', 'MAC', 'USER', 'SAVED AS'];
  session.print(table(headings, rows, undefined, ['MAC']), { devices: found });
  if (options.expect !== undefined && found.length < options.expect)
    session.say(`note: ${found.length} of ${options.expect} devices answered`);
}

/** An unreadable LAN must not prevent discovery. */
async function devicesOfCurrentLan({ workspace, say }: Session): Promise<readonly Device[]> {
  const lans = new LanStore(workspace);
  if ((await lans.currentName()) === null) return [];
  try {
    return (await lans.current()).devices;
  } catch (error) {
    say(`note: ${messageOf(error)} Saved names are not shown.`);
    return [];
  }
}
