import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchLab } from '../bench-lab.js';
import type { Take } from '../in-turn.js';
import { program } from '../programs.js';
import { type LabSsh, labSsh } from '../ssh-config.js';

/** Like `xargs -P16`. Each device's sshd drops more than 10 simultaneous logins (MaxStartups). */
const atOnce = 16;

/** Ways to open many sessions, each with a separate login and connection; each is timed as a whole program. */
export class Sessions {
  private readonly ssh: LabSsh;
  private readonly inventory: string;

  /** The same key, user and host keys for all; connections are not shared. */
  constructor(
    private readonly lab: BenchLab,
    private readonly count: number,
  ) {
    this.ssh = labSsh(lab);
    this.inventory = join(lab.folder, 'inventory');
    const hosts = this.addresses.map((address, index) => `session${index + 1} ansible_host=${address}\n`);
    writeFileSync(this.inventory, hosts.join(''));
  }

  /** collab, including the start of `node`. */
  collab(what: 'connect' | 'facts'): Take {
    const script = fileURLToPath(new URL('sessions.mjs', import.meta.url));
    const { folder, name } = this.lab;
    return took([process.execPath, script, folder, name, String(this.count), what]);
  }

  /** OpenSSH's client, one process per session. */
  openssh(): Take {
    const each = ['ssh', '-n', '-F', this.ssh.config, '%', 'true'];
    return took(['xargs', `-P${atOnce}`, '-I%', ...each], { input: `${this.addresses.join('\n')}\n` });
  }

  /** @param module with its arguments, e.g. `-m setup` */
  ansible(...module: string[]): Take {
    return took(['ansible', 'all', '-i', this.inventory, '-f', String(atOnce), '-o', ...module], {
      env: this.ssh.ansible,
    });
  }

  /** The devices in turn, so that each has the same number of sessions at any time. */
  private get addresses(): string[] {
    const { devices } = this.lab.lan;
    return Array.from({ length: this.count }, (_, index) => devices[index % devices.length]?.address ?? '');
  }
}

/** Times a whole program, which fails if any session fails. */
function took(argv: string[], options?: Parameters<typeof program>[1]): Take {
  return async () => (await program(argv, options)).tookMs;
}
