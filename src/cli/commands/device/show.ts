import { formatBytes } from '../../../index.js';
import { placeOf } from '../../text/index.js';
import { chosenLan, openSession, type PickOptions } from '../../session/index.js';

/** `collab device show <name>`: all facts about a device. */
export async function deviceShow(name: string, options: PickOptions): Promise<void> {
  const { workspace, print } = openSession(options);
  const lan = await chosenLan(workspace, options.lan);
  const device = lan.device(name);
  const { facts } = device;
  const { engine } = facts;
  const lines: [string, string][] = [
    ['name', device.name],
    ['lan', lan.name],
    ['address', placeOf(device)],
    ...device.via.map((hop): [string, string] => ['jump host', placeOf({ ...hop, address: hop.host })]),
    ['host key', device.id],
    ['login key', device.keyPath ?? 'the ssh agent, then the keys in ~/.ssh'],
    ['tags', device.tags.join(', ') || 'none'],
    ['host name', facts.hostname],
    ['model', facts.model ?? 'unknown'],
    ['system', `${facts.os.name}, kernel ${facts.kernel}, ${facts.architecture}`],
    ['cores', String(facts.cores)],
    ['memory', formatBytes(facts.memoryBytes)],
    ['disk free', formatBytes(facts.diskFreeBytes)],
    ['accelerators', facts.accelerators.join(', ') || 'none'],
    ['engine', engine.available ? `Docker ${engine.version}, ${engine.storageDriver}` : engine.reason],
    ['runtimes', engine.available ? engine.runtimes.join(', ') : 'none'],
    ['python3', facts.python ?? 'none'],
    ...facts.macs.map((one): [string, string] => ['mac', `${one.mac} (${one.interface})`]),
  ];
  print(lines.map(([key, value]) => `${key.padEnd(14)}${value}`).join('\n'), device.toJSON());
}
