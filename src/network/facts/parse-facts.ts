import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { DeviceFacts } from './device-facts.js';
import { architectureOf, isOwnInterface, usableCores, usableMemoryBytes } from './limits.js';
import { parseEngine } from './parse-engine.js';
import { parseCudaDevices, parseJetson } from './parse-jetson.js';
import { parseNtp } from './parse-ntp.js';
import { parsePowerSensors } from './parse-power.js';
import { Sections } from './sections.js';

/**
 * Facts from what the probe printed.
 * @throws CollabError `facts-incomplete`, which names what the device did not say.
 */
export function parseFacts(text: string): DeviceFacts {
  const said = new Sections(plainText(text));
  const [userName = '', uid = '', gid = '', home = ''] = said.lines('user');
  const totalBytes = Number(/MemTotal:\s+(\d+) kB/.exec(said.get('memory'))?.[1] ?? NaN) * 1024;
  const coreCount = Number(said.get('cores') || NaN);
  const missing = Object.entries({
    hostname: said.get('hostname') !== '',
    architecture: said.get('machine') !== '',
    memory: totalBytes > 0,
    cores: coreCount > 0,
    user: userName !== '' && /^\d+$/.test(uid) && /^\d+$/.test(gid) && home.startsWith('/'),
    'the end of its answer': said.has('end'),
  }).flatMap(([fact, there]) => (there ? [] : [fact]));
  if (missing.length > 0) throw incomplete(missing);
  const disk = said.get('disk').split(/\s+/);
  const jetson = parseJetson(said);
  const cudaDevices = parseCudaDevices(said);
  return {
    hostname: said.get('hostname'),
    architecture: architectureOf(said.get('machine'), said.get('userland'), said.get('long_bit')),
    os: osOf(said),
    kernel: said.get('kernel'),
    model: said.get('model') || null,
    cores: usableCores(coreCount, said.get('cgroup_cpu')),
    memoryBytes: usableMemoryBytes(totalBytes, said.get('cgroup_memory')),
    diskFreeBytes: Number(disk.at(-3) ?? NaN) * 1024 || 0,
    diskTotalBytes: Number(disk.at(-5) ?? NaN) * 1024 || null,
    macs: said.lines('interfaces').flatMap((line) => {
      const [name = '', mac = ''] = line.split(' ');
      return isOwnInterface(name, mac) ? [{ interface: name, mac }] : [];
    }),
    accelerators: cudaDevices.length > 0 || jetson !== null ? ['cuda'] : [],
    cudaDevices,
    jetson,
    cgroupVersion: /^[12]$/.test(said.get('cgroup_version')) ? said.get('cgroup_version') : null,
    ntp: parseNtp(said.get('ntp')),
    init: initOf(said.get('init')),
    powerSensors: parsePowerSensors(said.lines('power')),
    python: /^Python (\S+)/.exec(said.get('python'))?.[1] ?? null,
    user: { name: userName, uid: Number(uid), gid: Number(gid), home },
    engine: parseEngine(said.get('engine')),
  };
}

function initOf(text: string): DeviceFacts['init'] {
  return text === 'systemd' || text === 'other' ? text : null;
}

function osOf(said: Sections): DeviceFacts['os'] {
  const field = (name: string) =>
    new RegExp(`^${name}=["']?(.*?)["']?$`, 'm').exec(said.get('os'))?.[1] ?? '';
  const id = field('ID') || 'unknown';
  return { id, version: field('VERSION_ID'), name: field('PRETTY_NAME') || field('NAME') || id };
}

function incomplete(missing: string[]): CollabError {
  return new CollabError('facts-incomplete', {
    what: `The device did not say: ${missing.join(', ')}.`,
    why: 'collab asks with a short script for sh, which reads /proc, /sys and uname of a Linux system.',
    next: 'Check that the device runs Linux, and that its login shell prints nothing and does not end early.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
