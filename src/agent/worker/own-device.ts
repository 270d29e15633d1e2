import { availableParallelism, hostname, release, totalmem, userInfo } from 'node:os';
import type { AgentConfig, Capabilities } from '../../fleet/index.js';
import { type ConnectedDevice, type DeviceFacts, LocalShell, ownArchitecture } from '../../network/index.js';

export interface OwnDevice {
  name: string;
  /** Takes the place of the login's home, so that members on one machine do not meet. The engine must know it by this path too. */
  home: string;
  /** Of the device; null for what this process sees. */
  memoryBytes: number | null;
  cores: number | null;
  /** Whether it is a Jetson, whose GPU is given to containers in a way of its own. */
  isJetson: boolean;
}

/**
 * The device on which the agent runs, for tasks that are processes of this login.
 * @param home as of `OwnDevice`
 * @returns null without python3, which the wrapper of a task needs
 */
export async function processDevice(
  name: string,
  home: string,
  cores: number | null = null,
): Promise<ConnectedDevice | null> {
  const asked = await new LocalShell().exec(['python3', '--version'], { timeoutMs: 20_000 });
  const [, python = null] = /Python (\S+)/.exec(asked.stdout) ?? [];
  if (asked.code !== 0 || python === null) return null;
  return ownDevice({ name, home, memoryBytes: null, cores, isJetson: false }, python);
}

/** What this device is, for pools that ask for it. */
export const ownCapabilities = ({
  accelerator,
  cores,
  memory_bytes,
}: Pick<AgentConfig, 'accelerator' | 'cores' | 'memory_bytes'>): Capabilities => ({
  architecture: ownArchitecture,
  cores: cores ?? availableParallelism(),
  memory_bytes: memory_bytes ?? totalmem(),
  gpu: accelerator !== null,
});

/** The device on which the agent runs, for tasks in containers. */
export const containerDevice = (own: OwnDevice): ConnectedDevice => ownDevice(own, null);

/** Only what runtimes read of a device is true of it: its name, cores, memory and Python, and its home. */
function ownDevice(own: OwnDevice, python: string | null): ConnectedDevice {
  const close = () => Promise.resolve();
  return {
    device: deviceWith(own.name, factsWith(own, python)),
    shell: new LocalShell(),
    onLost: () => () => undefined,
    lastHeardAt: () => new Date(),
    reach: () => Promise.resolve(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function factsWith({ home, memoryBytes, cores, isJetson }: OwnDevice, python: string | null): DeviceFacts {
  const { username, uid, gid } = login();
  return {
    hostname: hostname(),
    architecture: ownArchitecture,
    os: { id: 'unknown', version: '', name: '' },
    kernel: release(),
    model: null,
    cores: cores ?? availableParallelism(),
    memoryBytes: memoryBytes ?? totalmem(),
    diskFreeBytes: 0,
    diskTotalBytes: null,
    macs: [],
    accelerators: [],
    cudaDevices: [],
    jetson: isJetson ? { l4t: 'unknown', jetpack: null } : null,
    cgroupVersion: null,
    ntp: 'unknown',
    init: null,
    powerSensors: [],
    python,
    user: { name: username, uid, gid, home },
    engine: { available: false, cause: 'other', reason: 'the agent was not asked to look for it' },
  };
}

function login(): { username: string; uid: number; gid: number } {
  try {
    return userInfo();
  } catch {
    // A user id without an entry in /etc/passwd, as in some containers.
    return { username: 'unknown', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  }
}

function deviceWith(name: string, facts: DeviceFacts): ConnectedDevice['device'] {
  const [address, port, user] = ['127.0.0.1', 22, facts.user.name];
  const no = () => {
    throw new Error('the device of an agent is neither connected to nor saved');
  };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- `new Device` would bring ssh along
  return {
    name,
    id: name,
    address,
    port,
    user,
    keyPath: null,
    via: [],
    hostKeyAlias: null,
    tags: [],
    facts,
    login: { host: address, port, user, keyPath: null },
    with: no,
    connect: no,
    toJSON: no,
  };
}
