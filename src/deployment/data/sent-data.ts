import { CollabError, ExitCode } from '../../errors.js';
import type { ConnectedDevice } from '../../network/index.js';
import { programText } from '../../package-folder.js';
import { dataRoot, sentName } from './plan-data.js';

/** A folder of data that runs have sent to a device, complete or cut off. */
export interface SentData {
  /** Its name below `~/.collab/data`: the first 32 digits of its hash, with `.part` when incomplete. */
  name: string;
  /** On the device's disk. */
  sizeBytes: number;
}

/** The folders of data on a device, the largest first. Other names are ignored. */
export async function sentData(connected: ConnectedDevice): Promise<SentData[]> {
  const { stdout } = await connected.shell.exec([
    'sh',
    '-c',
    programText('deployment/data/list-data.sh'),
    'sh',
    rootOn(connected),
  ]);
  return parseSentData(stdout);
}

/** Parses the lines of `du -sk`. */
export function parseSentData(text: string): SentData[] {
  const found = text.split('\n').flatMap((line) => {
    const [, kilobytes = '', name = ''] = /^(\d+)\s+([0-9a-f]{32}(?:\.part)?)\/$/.exec(line) ?? [];
    return name === '' ? [] : [{ name, sizeBytes: Number(kilobytes) * 1024 }];
  });
  return found.sort((a, b) => b.sizeBytes - a.sizeBytes);
}

/** Removes folders of data from a device. */
export async function removeData(connected: ConnectedDevice, data: readonly SentData[]): Promise<void> {
  const script = programText('deployment/data/remove-data.sh');
  for (const { name } of data) {
    const { code, stderr } = await connected.shell.exec(['sh', '-c', script, 'sh', rootOn(connected), name], {
      timeoutMs: 600_000,
    });
    if (code !== 0) throw notRemoved(connected.device.name, name, stderr.trim());
  }
}

function notRemoved(device: string, name: string, why: string): CollabError {
  return new CollabError('file-failed', {
    what: `The data ${name} could not be removed from ${device}.`,
    why,
    next: `Look on the device: collab device shell ${device}`,
    exitCode: ExitCode.internal,
  });
}

/** The folders that none of these hashes needs. An incomplete one is kept until its data is there completely. */
export function dataToPrune(sent: readonly SentData[], hashes: readonly string[]): SentData[] {
  const needed = new Set(hashes.map(sentName));
  const whole = new Set(sent.map(({ name }) => name));
  return sent.filter(({ name }) => {
    const becomes = name.replace(/\.part$/, '');
    return !needed.has(becomes) || (becomes !== name && whole.has(becomes));
  });
}

const rootOn = ({ device }: ConnectedDevice) => `${device.facts.user.home}/${dataRoot}`;
