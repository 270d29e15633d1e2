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

/** Gives a device another address on the Lab's network. */
export async function move(bed: Bed, device: string): Promise<string> {
  const network = `collab-${bed.lab}`;
  const asked = await tried([
    'docker',
    'inspect',
    '-f',
    '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    bed.container(device),
  ]);
  const address = asked.stdout.trim().replace(/\d+$/, (last) => String(Number(last) + 100));
  await tried(['docker', 'network', 'disconnect', network, bed.container(device)]);
  const joined = await tried([
    'docker',
    'network',
    'connect',
    '--ip',
    address,
    network,
    bed.container(device),
  ]);
  if (joined.code !== 0) throw new Error(joined.said);
  return address;
}

function engineAnswers(bed: Bed, device: string): Promise<void> {
  return until(
    `the engine of ${device} answers`,
    async () => (await bed.onDevice(device, 'docker', 'info')).code === 0,
    90_000,
  );
}
