import { readdirSync, readFileSync } from 'node:fs';
import { type Bed, sleep, until } from './bed.js';
import { tried } from './tried.js';

/** Cuts the cable of a device of the Lab, or joins it again. */
export async function setCable(bed: Bed, device: string, state: 'up' | 'down'): Promise<void> {
  const link = (await bed.onDevice(device, 'cat', '/sys/class/net/eth0/iflink')).stdout.trim();
  const name = readdirSync('/sys/class/net').find(
    (one) => readFileSync(`/sys/class/net/${one}/ifindex`, 'utf8').trim() === link,
  );
  if (name === undefined) throw new Error(`no cable of ${device} here`);
  const { code, said } = await tried(['ip', 'link', 'set', name, state]);
  if (code !== 0) throw new Error(said);
}

/** Takes the power of a device away. */
export const kill = (bed: Bed, device: string): Promise<unknown> =>
  tried(['docker', 'kill', bed.container(device)]);

/** Gives it power again, and waits until its engine answers. */
export async function boot(bed: Bed, device: string): Promise<void> {
  await tried(['docker', 'start', bed.container(device)]);
  await engineAnswers(bed, device);
}

export async function pause(bed: Bed, device: string, forMs: number): Promise<void> {
  await tried(['docker', 'pause', bed.container(device)]);
  await sleep(forMs);
  await tried(['docker', 'unpause', bed.container(device)]);
}

/** Restarts the engine of a device, which ends its containers. */
export async function restartEngine(bed: Bed, device: string): Promise<void> {
  await bed.onDevice(device, 'pkill', '-9', '-x', 'dockerd');
  await until(
    'the engine has ended',
    async () => (await bed.onDevice(device, 'pgrep', '-x', 'dockerd')).stdout === '',
  );
  await bed.onDevice(device, 'sh', '-c', 'rm -f /var/run/docker.pid; (dockerd >/var/log/dockerd.log 2>&1 &)');
  await engineAnswers(bed, device);
}

/** Gives a device another address on its network, as another lease of DHCP does. */
export async function move(bed: Bed, device: string): Promise<void> {
  const asked = await bed.onDevice(device, 'ip', '-4', '-o', 'addr', 'show', 'dev', 'eth0');
  const [, address = '', last = '', length = ''] = /inet ((?:\d+\.){3})(\d+)\/(\d+)/.exec(asked.stdout) ?? [];
  const next = Number(last) < 100 ? Number(last) + 100 : Number(last) - 100;
  // In this order: with its first address, a link loses the others of the same network.
  await bed.onDevice(device, 'ip', 'addr', 'del', `${address}${last}/${length}`, 'dev', 'eth0');
  const there = `${address}${next}/${length}`;
  const { code, said } = await bed.onDevice(device, 'ip', 'addr', 'add', there, 'dev', 'eth0');
  if (code !== 0) throw new Error(said);
}

function engineAnswers(bed: Bed, device: string): Promise<void> {
  return until(
    `the engine of ${device} answers`,
    async () => (await bed.onDevice(device, 'docker', 'info')).code === 0,
    90_000,
  );
}
