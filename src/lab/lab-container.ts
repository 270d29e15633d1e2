import type { ContainerSpec } from '../deployment/index.js';
import { labLabel, networkName, type LabDevicePlan, type LabSettings } from './lab-plan.js';

/**
 * What a nested Docker Engine needs beyond a container's usual capabilities, short of `--privileged`: mounts, its own
 * networks and namespaces of others. Docker's defaults come first (moby, oci/caps/defaults.go).
 */
const capabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FSETID',
  'FOWNER',
  'MKNOD',
  'NET_RAW',
  'SETGID',
  'SETUID',
  'SETFCAP',
  'SETPCAP',
  'NET_BIND_SERVICE',
  'SYS_CHROOT',
  'KILL',
  'AUDIT_WRITE',
  'SYS_ADMIN',
  'NET_ADMIN',
  'SYS_PTRACE',
];

/** Labels of a device. A second `up` compares the limits in them with the requested ones. */
export function deviceLabels(settings: LabSettings, device: LabDevicePlan): Record<string, string> {
  return {
    [labLabel]: settings.name,
    'collab.lab.device': device.name,
    'collab.lab.cpus': String(settings.cpus),
    'collab.lab.memory': String(settings.memoryBytes),
    'collab.lab.rate': String(settings.rateBitsPerS ?? 0),
    'collab.lab.uplink': String(settings.uplinkBitsPerS ?? 0),
    'collab.lab.store': settings.store,
  };
}

/** The container that is a virtual device. */
export function deviceContainer(
  settings: LabSettings,
  device: LabDevicePlan,
  image: string,
  publicKey: string,
): ContainerSpec {
  return {
    name: device.container,
    image,
    hostname: device.name,
    network: networkName(settings.name),
    address: device.address,
    env: {
      COLLAB_AUTHORIZED_KEY: publicKey,
      COLLAB_RATE_BITS: String(settings.rateBitsPerS ?? 0),
      COLLAB_STORE: settings.store,
    },
    labels: deviceLabels(settings, device),
    mounts: [{ kind: 'volume', source: device.volume, target: '/var/lib/docker' }],
    memoryBytes: settings.memoryBytes,
    cpus: settings.cpus,
    cpuSet: device.cpuSet,
    pidsLimit: 8192,
    capabilities,
    security: ['seccomp=unconfined', 'apparmor=unconfined'],
    mayGainPrivileges: true,
  };
}
