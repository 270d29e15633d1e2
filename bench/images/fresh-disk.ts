import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchLab } from '../bench-lab.js';
import { program } from '../programs.js';

/** Room for an image, and for an archive of it beside, that an engine unpacks. */
const size = '6G';

/**
 * Gives a Lab device an engine without images, on a file system of its own that is new, as a fresh device has it. On
 * this machine's file system it would not do to remove images: ext4 does not use an inode again in the minutes after
 * its file was removed, and seeks long for another (`recently_deleted`: measured 10 s of 20). Needs root. The disk goes
 * with the device.
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
  // Both go for good once the device has let go of the disk.
  await program(['losetup', '-d', loop]);
  rmSync(image);
  const stop = 'pkill dockerd; while pidof dockerd >/dev/null; do sleep 0.1; done';
  const start = `(dockerd --data-root ${folder} >>/var/log/dockerd.log 2>&1 &)`;
  const wait = 'until docker info >/dev/null 2>&1; do sleep 0.2; done; sync';
  await lab.onDevice(device, 'sh', '-c', `${stop}; ${start}; ${wait}`);
}
