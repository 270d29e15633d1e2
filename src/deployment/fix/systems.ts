import type { DeviceFacts } from '../../network/index.js';

/** How to install software on a family of systems. A new family is an entry in the list below. */
export interface SystemFamily {
  /** Their ids in os-release. */
  ids: readonly string[];
  install: (packages: readonly string[]) => (readonly string[])[];
  enginePackages: (facts: DeviceFacts) => readonly string[];
  /** Starts the engine now and at every boot. */
  startEngine: (facts: DeviceFacts) => (readonly string[])[];
  joinGroup: (group: string, user: string) => readonly string[];
  /** Removes downloaded package files. */
  dropCache: readonly string[];
  /** Whether `date` can set the clock by a difference. */
  setsClockByDifference: boolean;
}

/** Debian 13 has the client in a separate package, which docker.io only recommends. */
function debianEngine({ os, jetson }: DeviceFacts): string[] {
  const isDebian = os.id === 'debian' || os.id === 'raspbian';
  const ownClient = isDebian && !(Number.parseInt(os.version, 10) < 13);
  // NVIDIA's meta package for containers is in the package source that L4T comes with. AppArmor is recommended only, but
  // where the kernel has it no container starts without its program.
  return [
    'docker.io',
    ...(ownClient ? ['docker-cli'] : []),
    'apparmor',
    'ca-certificates',
    ...(jetson === null ? [] : ['nvidia-container']),
  ];
}

const families: readonly SystemFamily[] = [
  {
    ids: ['debian', 'ubuntu', 'raspbian', 'linuxmint', 'pop', 'armbian'],
    install: (packages) => {
      // Another apt may be running, as after a first boot.
      const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120'];
      return [
        [...apt, 'update'],
        [...apt, '-y', '--no-install-recommends', 'install', ...packages],
      ];
    },
    enginePackages: debianEngine,
    startEngine: ({ init }) =>
      init === 'other' ? [['service', 'docker', 'start']] : [['systemctl', 'enable', '--now', 'docker']],
    joinGroup: (group, user) => ['usermod', '-aG', group, user],
    dropCache: ['apt-get', 'clean'],
    setsClockByDifference: true,
  },
  {
    ids: ['alpine'],
    install: (packages) => [['apk', 'add', ...packages]],
    enginePackages: () => ['docker'],
    startEngine: () => [
      ['rc-update', 'add', 'docker', 'default'],
      ['rc-service', 'docker', 'start'],
    ],
    joinGroup: (group, user) => ['addgroup', user, group],
    dropCache: ['apk', 'cache', 'clean'],
    setsClockByDifference: false,
  },
];

/** The family of a device's system; null when we know no commands for it. */
export function familyOf({ os }: DeviceFacts): SystemFamily | null {
  return families.find(({ ids }) => ids.includes(os.id)) ?? null;
}
