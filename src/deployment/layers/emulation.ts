import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Linux's names of processors, which are part of qemu's binfmt entries. */
const cpuOf: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  arm: 'arm',
  riscv64: 'riscv64',
  ppc64le: 'ppc64le',
  s390x: 's390x',
};

const registered = '/proc/sys/fs/binfmt_misc';

/**
 * Whether this machine can emulate an architecture: qemu is registered with the kernel, with the flag F, which makes it
 * work in containers too. See Documentation/admin-guide/binfmt-misc.rst of Linux.
 */
export async function emulates(architecture: string, folder = registered): Promise<boolean> {
  const cpu = cpuOf[architecture];
  if (cpu === undefined) return false;
  const entry = await readFile(join(folder, `qemu-${cpu}`), 'utf8').catch(() => '');
  return /^enabled$/m.test(entry) && /^flags: .*F/m.test(entry);
}
