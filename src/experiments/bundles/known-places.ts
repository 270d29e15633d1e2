import { createHmac, randomBytes } from 'node:crypto';
import { homedir, hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../logs/index.js';
import type { LAN } from '../../network/index.js';
import { readFileIfThere, type Workspace, writeFileAtomic } from '../../workspace/index.js';

/** Texts that tell where this workspace and its devices are, with what stands for each in a bundle. */
export interface KnownPlaces {
  /** Addresses and host names. */
  addresses: ReadonlyMap<string, string>;
  /** Absolute folders. */
  folders: ReadonlyMap<string, string>;
  /** Name of this machine, and of the one that ran the run. */
  controllers: ReadonlySet<string>;
  /** What stands for a MAC address: the same for the same one in all bundles of this workspace. */
  macWord: (mac: string) => string;
}

export const controllerWord = 'controller';
/** RFC 2606: no such name is ever an address. */
export const addressWord = (device: string): string => `${device}.invalid`;

/** All that the saved LANs, this machine and a run know of places. */
export async function knownPlaces(
  workspace: Workspace,
  lans: readonly LAN[],
  run: RunRecord | null,
): Promise<KnownPlaces> {
  const addresses = new Map<string, string>();
  const add = (text: string, device: string) => {
    if (isTelling(text) && !addresses.has(text)) addresses.set(text, addressWord(device));
  };
  const controllers = new Set([hostname(), run?.controller?.host ?? hostname()]);
  for (const { name, address } of run?.devices ?? [])
    add(address, controllers.has(name) ? controllerWord : name);
  for (const { devices } of lans) {
    for (const device of devices) {
      add(device.address, device.name);
      if (device.port !== 22) add(`${device.address}:${device.port}`, device.name);
      device.via.forEach(({ host }, index) => add(host, `${device.name}-hop${index + 1}`));
    }
  }
  for (const list of Object.values(networkInterfaces()))
    for (const { address } of list ?? []) add(address, controllerWord);
  const key = await macKey(workspace);
  return {
    addresses,
    folders: new Map([
      [workspace.root, '/workspace'],
      [homedir(), '/home/user'],
    ]),
    controllers,
    macWord: (mac) => `mac-${createHmac('sha256', key).update(mac.toLowerCase()).digest('hex').slice(0, 16)}`,
  };
}

/** Loopback and unspecified addresses are the same everywhere, and a plain word may be anything. */
function isTelling(address: string): boolean {
  if (/^127\.|^0\.0\.0\.0$|^::1?$|^localhost$/.test(address)) return false;
  return /[.:]/.test(address);
}

/** There are so few MAC addresses that a hash without a key could be undone by trying them all. */
async function macKey(workspace: Workspace): Promise<string> {
  const path = join(await workspace.openPrivate(), 'bundle-key');
  const known = (await readFileIfThere(path))?.trim();
  if (known !== undefined && known !== '') return known;
  const key = randomBytes(32).toString('hex');
  await writeFileAtomic(path, `${key}\n`, 0o600);
  return key;
}
