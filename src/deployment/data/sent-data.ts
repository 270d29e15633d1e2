import type { ConnectedDevice } from '../../network/device.js';
import { dataRoot, sentName } from './plan-data.js';

/** A folder of data that runs have sent to a device, or of which a sending was cut. */
export interface SentData {
  /** Its name below `~/.collab/data`: the begin of its hash, with `.part` when it never arrived whole. */
  name: string;
  /** On the device's disk. */
  sizeBytes: number;
}

/** Prints bytes used (in blocks of 1024) and name of each folder; nothing where there is none. */
const listing =
  'cd "$1" 2>/dev/null || exit 0; for one in */; do [ -d "$one" ] && du -sk -- "$one"; done; true';

/** What the data folder of a device holds, the largest first. Whatever is not named as we name it is left out. */
export async function sentData(connected: ConnectedDevice): Promise<SentData[]> {
  const { stdout } = await connected.shell.exec(['sh', '-c', listing, 'sh', rootOn(connected)]);
  return parseSentData(stdout);
}

/** Pure: lines of `du -sk` as folders of data. */
export function parseSentData(text: string): SentData[] {
  const found = text.split('\n').flatMap((line) => {
    const [, kilobytes = '', name = ''] = /^(\d+)\s+([0-9a-f]{32}(?:\.part)?)\/$/.exec(line) ?? [];
    return name === '' ? [] : [{ name, sizeBytes: Number(kilobytes) * 1024 }];
  });
  return found.sort((a, b) => b.sizeBytes - a.sizeBytes);
}

/** Removes folders of data from a device. */
export async function removeData(connected: ConnectedDevice, data: readonly SentData[]): Promise<void> {
  for (const { name } of data) await connected.shell.remove(`${rootOn(connected)}/${name}`);
}

/** Pure: those that no data of these hashes needs. An unfinished one stays with the data that it is to become. */
export function dataToPrune(sent: readonly SentData[], hashes: readonly string[]): SentData[] {
  const needed = new Set(hashes.map(sentName));
  return sent.filter(({ name }) => !needed.has(name.replace(/\.part$/, '')));
}

const rootOn = ({ device }: ConnectedDevice) => `${device.facts.user.home}/${dataRoot}`;
