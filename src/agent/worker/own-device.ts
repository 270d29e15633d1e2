import { availableParallelism, hostname, release, totalmem, userInfo } from 'node:os';
import { type ConnectedDevice, type DeviceFacts, LocalShell } from '../../network/index.js';

/**
 * The device on which the agent runs, for a runtime. Only what runtimes read of a device is true of it: its name, cores, memory and
 * Python, and as its home the folder below which tasks run.
 * @param home takes the place of the login's home, so that members on one machine do not meet
 * @returns null without python3, which the wrapper of a task needs
 */
export async function ownDevice(name: string, home: string): Promise<ConnectedDevice | null> {
  const shell = new LocalShell();
  const asked = await shell.exec(['python3', '--version'], { timeoutMs: 20_000 });
  const [, python = null] = /Python (\S+)/.exec(asked.stdout) ?? [];
  if (asked.code !== 0 || python === null) return null;
  const close = () => Promise.resolve();
  return {
    device: deviceWith(name, factsWith(python, home)),
    shell,
    onLost: () => () => undefined,
    lastHeardAt: () => new Date(),
    reach: () => Promise.resolve(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function factsWith(python: string, home: string): DeviceFacts {
  const { username, uid, gid } = login();
  return {
    hostname: hostname(),
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: { id: 'unknown', version: '', name: '' },
    kernel: release(),
    model: null,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    diskFreeBytes: 0,
    diskTotalBytes: null,
    macs: [],
    accelerators: [],
    cudaDevices: [],
    jetson: null,
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
