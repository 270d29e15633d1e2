import type { ExperimentDefinition, RoleDefinition } from '../definition/index.js';
import type { DataAsks, RoleAsks } from './bundle-file.js';

/** What an experiment asks of the devices and of the person who runs it. */
export interface Asks {
  roles: RoleAsks[];
  data: DataAsks[];
}

/** @param hashOf hash of a folder of data, by its path; null if it is not known */
export function asksOf(
  { roles }: ExperimentDefinition,
  hashOf: (path: string) => string | null = () => null,
): Asks {
  const data = new Map<string, DataAsks>();
  for (const role of roles) {
    for (const { name, path } of role.data) {
      const one = data.get(`${name}\0${path}`) ?? { name, path, roles: [], hash: hashOf(path) };
      one.roles.push(role.name);
      data.set(`${name}\0${path}`, one);
    }
  }
  return { roles: roles.map(roleAsks), data: [...data.values()] };
}

function roleAsks(role: RoleDefinition): RoleAsks {
  const { device, dependencies } = role;
  return {
    name: role.name,
    instances: role.most === null ? String(role.count) : `${role.count}..${role.most}`,
    architectures: device.architectures && [...device.architectures],
    memory_bytes: device.memoryBytes,
    cores: device.cores,
    tags: [...device.tags],
    own_device: !role.share,
    gpu: role.gpu,
    host_devices: [...role.devices],
    network: role.network,
    ports: { ...role.ports },
    shm_bytes: role.shmBytes,
    base: role.base,
    apt: [...dependencies.apt],
    pip: [...dependencies.pip],
    requirements: dependencies.requirements,
    command: [...role.command],
    prepare: role.prepare && [...role.prepare],
    finalize: role.finalize && [...role.finalize],
    meter: role.meter && [...role.meter],
  };
}
