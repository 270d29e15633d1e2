import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchLab } from './bench-lab.js';

/** Settings with which OpenSSH and ansible reach the devices of a Lab: the same key, user and host keys as collab's. */
export interface LabSsh {
  /** For `ssh -F`. Connections are not shared. */
  config: string;
  /** Environment for ansible. */
  ansible: Record<string, string>;
}

/** Writes the settings into the Lab's workspace. */
export function labSsh(lab: BenchLab): LabSsh {
  const config = join(lab.folder, 'ssh_config');
  const lines = [
    'User collab',
    `IdentityFile ${lab.keyPath}`,
    'IdentitiesOnly yes',
    'BatchMode yes',
    `UserKnownHostsFile ${lab.knownHosts}`,
    'StrictHostKeyChecking yes',
    'ControlMaster no',
    'ControlPath none',
    'LogLevel ERROR',
  ];
  writeFileSync(config, `Host *\n${lines.map((line) => `  ${line}\n`).join('')}`);
  const ansibleConfig = join(lab.folder, 'ansible.cfg');
  writeFileSync(ansibleConfig, '');
  return {
    config,
    ansible: {
      ANSIBLE_CONFIG: ansibleConfig,
      ANSIBLE_HOME: join(lab.folder, 'ansible'),
      ANSIBLE_LOCAL_TEMP: join(lab.folder, 'ansible/tmp'),
      ANSIBLE_SSH_ARGS: `-F ${config}`,
      ANSIBLE_HOST_KEY_CHECKING: 'True',
      ANSIBLE_PIPELINING: 'True',
      ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
    },
  };
}
