import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchLab } from '../bench-lab.js';
import { program } from '../programs.js';

/** Enough for an image and the archive of it that an engine unpacks. */
const size = '6G';

/**
 * Gives a Lab device an engine without images on a new file system, like a fresh device. Removing images on this machine's
 * file system would distort the times: ext4 does not reuse an inode for minutes after its file was removed, and searches
 * long for another (`recently_deleted`: measured 10 s of 20). Needs root. The disk is removed with the device.
 */
export async function freshDisk(lab: BenchLab, device: string, number: number): Promise<void> {
  const image = join(lab.folder, `${device}-${number}.ext4`);
  const folder = `/var/lib/docker/fresh-${number}`;
  await program(['truncate', '-s', size, image]);
  await program(['mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
  const { stdout } = await program(['losetup', '-f', '--show', '--direct-io=on', image]);
  const loop = stdout.trim();
  const inspect = ['docker', 'inspect', '-f', '{{.State.Pid}}', `collab-${lab.name}-${device}`];
  const pid = (await program(inspect)).stdout.trim();
  const node = `mknod -m 600 ${loop} b 7 ${loop.replace(/\D/g, '')} || true`;
  const mount = `${node}; mkdir -p ${folder} && mount -t ext4 ${loop} ${folder}`;
  await program(['nsenter', '-t', pid, '-m', 'sh', '-c', mount]);
  // Both are freed when the device stops using the disk.
  await program(['losetup', '-d', loop]);
  rmSync(image);
  const stop = 'pkill dockerd; while pidof dockerd >/dev/null; do sleep 0.1; done';
  const start = `(dockerd --data-root ${folder} >>/var/log/dockerd.log 2>&1 &)`;
  const wait = 'until docker info >/dev/null 2>&1; do sleep 0.2; done; sync';
  await lab.onDevice(device, 'sh', '-c', `${stop}; ${start}; ${wait}`);
}
