import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { DeviceFacts } from './device-facts.js';
import { architectureOf, isPhysicalInterface, usableCores, usableMemoryBytes } from './limits.js';
import { parseEngine } from './parse-engine.js';
import { parseCudaDevices, parseJetson } from './parse-jetson.js';
import { parsePowerSensors } from './parse-power.js';
import { Sections } from './sections.js';

/**
 * Parses the output of the probe.
 * @throws CollabError `facts-incomplete`, which names the missing facts.
 */
export function parseFacts(text: string): DeviceFacts {
  const output = new Sections(plainText(text));
  const [userName = '', uid = '', gid = '', home = ''] = output.lines('user');
  const totalBytes = Number(/MemTotal:\s+(\d+) kB/.exec(output.get('memory'))?.[1] ?? NaN) * 1024;
  const coreCount = Number(output.get('cores') || NaN);
  const missing = Object.entries({
    hostname: output.get('hostname') !== '',
    architecture: output.get('machine') !== '',
    memory: totalBytes > 0,
    cores: coreCount > 0,
    user: userName !== '' && /^\d+$/.test(uid) && /^\d+$/.test(gid) && home.startsWith('/'),
    'the end of the output': output.has('end'),
  }).flatMap(([fact, there]) => (there ? [] : [fact]));
  if (missing.length > 0) throw incomplete(missing);
  const disk = output.get('disk').split(/\s+/);
  const jetson = parseJetson(output);
  const cudaDevices = parseCudaDevices(output);
  return {
    hostname: output.get('hostname'),
    architecture: architectureOf(output.get('machine'), output.get('userland'), output.get('long_bit')),
    os: osOf(output),
    kernel: output.get('kernel'),
    model: output.get('model') || null,
    cores: usableCores(coreCount, output.get('cgroup_cpu')),
    memoryBytes: usableMemoryBytes(totalBytes, output.get('cgroup_memory')),
    diskFreeBytes: Number(disk.at(-3) ?? NaN) * 1024 || 0,
    diskTotalBytes: Number(disk.at(-5) ?? NaN) * 1024 || null,
    macs: output.lines('interfaces').flatMap((line) => {
      const [name = '', mac = ''] = line.split(' ');
      return isPhysicalInterface(name, mac) ? [{ interface: name, mac }] : [];
    }),
    accelerators: cudaDevices.length > 0 || jetson !== null ? ['cuda'] : [],
    cudaDevices,
    jetson,
    cgroupVersion: /^[12]$/.test(output.get('cgroup_version')) ? output.get('cgroup_version') : null,
    ntp: parseNtp(output.get('ntp')),
    init: initOf(output.get('init')),
    powerSensors: parsePowerSensors(output.lines('power')),
    python: /^Python (\S+)/.exec(output.get('python'))?.[1] ?? null,
    user: { name: userName, uid: Number(uid), gid: Number(gid), home },
    engine: parseEngine(output.get('engine')),
  };
}

/** The output of timedatectl (show; status), chronyc, ntpq and adjtimex for a clock that is or is not synchronized. */
const ntpPatterns = [
  { yes: /^NTPSynchronized=yes$/m, no: /^NTPSynchronized=no$/m },
  { yes: /(clock|NTP) synchronized: yes/i, no: /(clock|NTP) synchronized: no/i },
  { yes: /^Leap status\s*: (Normal|Insert second|Delete second)/m, no: /^Leap status\s*: Not synchronised/m },
  { yes: /\bsync_(ntp|pps|local|uhf_radio|hf_radio|lf_radio)\b/, no: /\bsync_unspec\b|leap_alarm/ },
  { yes: /return value:\s*[0-4]\b/, no: /return value:\s*5\b/ },
];

/** @param text the output of the first of those programs that is installed */
export function parseNtp(text: string): DeviceFacts['ntp'] {
  const answer = ntpPatterns.find(({ yes, no }) => yes.test(text) || no.test(text));
  if (answer === undefined) return 'unknown';
  return answer.no.test(text) ? 'not-synchronized' : 'synchronized';
}

function initOf(text: string): DeviceFacts['init'] {
  return text === 'systemd' || text === 'other' ? text : null;
}

function osOf(output: Sections): DeviceFacts['os'] {
  const field = (name: string) =>
    new RegExp(`^${name}=["']?(.*?)["']?$`, 'm').exec(output.get('os'))?.[1] ?? '';
  const id = field('ID') || 'unknown';
  return { id, version: field('VERSION_ID'), name: field('PRETTY_NAME') || field('NAME') || id };
}

function incomplete(missing: string[]): CollabError {
  return new CollabError('facts-incomplete', {
    what: `The device did not report: ${missing.join(', ')}.`,
    why: 'collab runs a short sh script on the device, which reads /proc, /sys and uname of a Linux system.',
    next: 'Check that the device runs Linux, and that its login shell prints nothing and does not exit early.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
