import { relative } from 'node:path';
import { CollabError, ExitCode, Lab, localEngine, parseMemory, parseRate } from '../../../index.js';
import { openSession } from '../../session/index.js';
import { labText } from '../../text/index.js';

export interface LabOptions {
  name: string;
  devices: number;
  cpus: number;
  memory: string;
  rate?: string;
  uplink?: string;
  store: 'classic' | 'containerd';
  json?: boolean;
}

/** `collab lab up`: starts virtual devices, ready for `collab setup`. */
export async function labUp(options: LabOptions): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(options, 'events');
  const { devices, cpus, store } = options;
  const memoryBytes = read('--memory', options.memory, parseMemory, 'such as 512m or 1g');
  const rate = (flag: string, text: string | undefined) =>
    text === undefined ? null : read(flag, text, parseRate, 'such as 100mbit or 1gbit');
  const limits = {
    rateBitsPerS: rate('--rate', options.rate),
    uplinkBitsPerS: rate('--uplink', options.uplink),
  };
  const lab = new Lab(options.name, await localEngine(), workspace, clock);
  const status = await lab.up({ devices, cpus, memoryBytes, ...limits, store }, emit, signal);
  const key = relative(process.cwd(), status.keyPath);
  say(
    `Next, set it up as a LAN: collab setup --lan ${status.name} --interface ${status.interface ?? ''} --key ${key} --yes`,
  );
  print(labText(status), status);
}

function read(flag: string, text: string, parse: (text: string) => number | null, such: string): number {
  const value = parse(text);
  if (value !== null) return value;
  throw new CollabError('lab-settings', {
    what: `${flag} ${text} is not a valid amount.`,
    next: `Give a number with a unit, ${such}.`,
    exitCode: ExitCode.usage,
  });
}
