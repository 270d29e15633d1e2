import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What Linux calls the processor of an architecture, and so qemu's entry for it. */
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
 * Whether programs of an architecture run on this machine by emulation: qemu is registered with the kernel, and with the
 * flag F, by which containers find it too. See Documentation/admin-guide/binfmt-misc.rst of Linux.
 */
export async function emulates(architecture: string, folder = registered): Promise<boolean> {
  const cpu = cpuOf[architecture];
  if (cpu === undefined) return false;
  const entry = await readFile(join(folder, `qemu-${cpu}`), 'utf8').catch(() => '');
  return /^enabled$/m.test(entry) && /^flags: .*F/m.test(entry);
}
