import { userInfo } from 'node:os';
import type { DeviceFacts } from './device-facts.js';
import { architectureOf, isPhysicalInterface, usableCores, usableMemoryBytes } from './limits.js';
import { parseEngine } from './parse-engine.js';
import { readFacts } from './read-facts.js';
import { LocalShell } from '../shell/index.js';

/**
 * Reads the facts of this machine: from systeminformation (which gets no text from users), and with commands for what it
 * does not cover: cgroup limits, python3, the engine, and the probe that runs on devices.
 */
export async function readControllerFacts(): Promise<DeviceFacts> {
  const { default: system } = await import('systeminformation');
  const shell = new LocalShell();
  const run = async (...argv: string[]) => {
    const { code, stdout, stderr } = await shell.exec(argv, { timeoutMs: 20_000 });
    return { ok: code === 0, text: `${stdout}\n${stderr}`.trim() };
  };
  const firstFile = async (...paths: string[]) => {
    const texts = await Promise.all(paths.map((path) => shell.read(path).catch(() => null)));
    return (
      texts
        .find((text) => text !== null)
        ?.toString('utf8')
        .replaceAll('\0', '')
        .trim() ?? ''
    );
  };
  const v1 = '/sys/fs/cgroup/cpu/cpu.cfs';
  const [
    os,
    hardware,
    cpu,
    memory,
    disks,
    nets,
    python,
    engine,
    memoryLimit,
    cpuMax,
    quotaV1,
    periodV1,
    probed,
  ] = await Promise.all([
    system.osInfo(),
    system.system(),
    system.cpu(),
    system.mem(),
    system.fsSize(),
    system.networkInterfaces(),
    run('python3', '--version'),
    run('docker', 'info', '--format', '{{json .}}'),
    firstFile('/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'),
    firstFile('/sys/fs/cgroup/cpu.max'),
    firstFile(`${v1}_quota_us`),
    firstFile(`${v1}_period_us`),
    // What systeminformation does not cover. The probe supports Linux only.
    readFacts(shell).catch(() => null),
  ]);
  const user = userInfo();
  const disk = diskFor(user.homedir, disks);
  const interfaces = Array.isArray(nets) ? nets : [nets];
  return {
    hostname: os.hostname,
    architecture: architectureOf(os.arch, '', ''),
    os: { id: idOf(os.distro), version: os.release, name: `${os.distro} ${os.release}`.trim() },
    kernel: os.kernel,
    model: `${hardware.manufacturer} ${hardware.model}`.trim() || null,
    cores: usableCores(cpu.cores, cpuMax || `${quotaV1} ${periodV1}`),
    memoryBytes: usableMemoryBytes(memory.total, memoryLimit),
    diskFreeBytes: disk?.available ?? 0,
    diskTotalBytes: disk?.size ?? null,
    macs: interfaces.flatMap(({ iface, mac }) =>
      isPhysicalInterface(iface, mac) ? [{ interface: iface, mac }] : [],
    ),
    accelerators: probed?.accelerators ?? [],
    cudaDevices: probed?.cudaDevices ?? [],
    jetson: probed?.jetson ?? null,
    cgroupVersion: probed?.cgroupVersion ?? null,
    ntp: probed?.ntp ?? 'unknown',
    init: probed?.init ?? null,
    powerSensors: probed?.powerSensors ?? [],
    python: python.ok ? (/Python (\S+)/.exec(python.text)?.[1] ?? null) : null,
    user: { name: user.username, uid: user.uid, gid: user.gid, home: user.homedir },
    engine: parseEngine(engine.text),
  };
}

/** The ID in os-release: `debian` for `Debian GNU/Linux`. */
function idOf(distribution: string): string {
  return distribution.split(' ')[0]?.toLowerCase() ?? 'unknown';
}

/** The file system that contains a path. */
function diskFor<T extends { mount: string }>(path: string, disks: readonly T[]): T | undefined {
  const holding = disks.filter(({ mount }) => path === mount || path.startsWith(mount.replace(/\/?$/, '/')));
  return holding.sort((a, b) => b.mount.length - a.mount.length)[0];
}
