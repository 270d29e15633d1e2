import type { ContainerSpec, HostName, Resolver } from './engine.js';

/** Environment for NVIDIA's runtime; only NVIDIA's images set it themselves. */
const nvidiaEnvironment = { NVIDIA_VISIBLE_DEVICES: 'all', NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' };

/** `docker run --gpus all`. */
const everyGpu = { Driver: '', Count: -1, Capabilities: [['gpu']] };

/** A container spec as the engine's API takes it (Docker Engine API 1.41, POST /containers/create). */
export function containerOptions(spec: ContainerSpec) {
  const ports = (spec.ports ?? []).map(({ container, host, protocol = 'tcp' }) => ({
    key: `${container}/${protocol}`,
    host,
  }));
  return {
    name: spec.name,
    Image: spec.image,
    ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.hostname === undefined ? {} : { Hostname: spec.hostname }),
    Env: Object.entries({ ...spec.env, ...(spec.gpu === 'nvidia-runtime' ? nvidiaEnvironment : {}) }).map(
      ([key, value]) => `${key}=${value}`,
    ),
    Labels: { ...spec.labels },
    // An image may name another signal, or a check that would run programs beside what is measured.
    StopSignal: 'SIGTERM',
    Healthcheck: { Test: ['NONE'] },
    ...(spec.network === undefined || spec.address === undefined
      ? {}
      : {
          NetworkingConfig: {
            EndpointsConfig: { [spec.network]: { IPAMConfig: { IPv4Address: spec.address } } },
          },
        }),
    ExposedPorts: Object.fromEntries(ports.map(({ key }) => [key, {}])),
    HostConfig: {
      PortBindings: Object.fromEntries(ports.map(({ key, host }) => [key, [{ HostPort: String(host) }]])),
      Mounts: (spec.mounts ?? []).map((mount) => ({
        Type: mount.kind === 'folder' ? ('bind' as const) : ('volume' as const),
        Source: mount.source,
        Target: mount.target,
        ReadOnly: mount.readOnly ?? false,
      })),
      CapDrop: ['ALL'],
      CapAdd: [...spec.capabilities],
      SecurityOpt: [
        ...(spec.security ?? []),
        ...(spec.mayGainPrivileges === true ? [] : ['no-new-privileges']),
      ],
      ...(spec.memoryBytes === undefined ? {} : { Memory: spec.memoryBytes, MemorySwap: spec.memoryBytes }),
      ...(spec.shmBytes === undefined ? {} : { ShmSize: spec.shmBytes }),
      ...(spec.hosts === undefined ? {} : { ExtraHosts: spec.hosts.map(hostLine) }),
      ...resolverOptions(spec.resolver),
      ...(spec.devices === undefined ? {} : { Devices: spec.devices.map(deviceMapping) }),
      ...(spec.cpus === undefined ? {} : { NanoCpus: Math.round(spec.cpus * 1e9) }),
      ...(spec.cpuSet === undefined ? {} : { CpusetCpus: spec.cpuSet }),
      ...(spec.gpu === 'nvidia-runtime' ? { Runtime: 'nvidia' } : {}),
      ...(spec.gpu === 'device-request' ? { DeviceRequests: [everyGpu] } : {}),
      ...(spec.groups === undefined || spec.groups.length === 0 ? {} : { GroupAdd: [...spec.groups] }),
      ...(spec.pidsLimit === undefined ? {} : { PidsLimit: spec.pidsLimit }),
      ...(spec.network === undefined ? {} : { NetworkMode: spec.network }),
      ...(spec.restart === undefined ? {} : { RestartPolicy: { Name: spec.restart }, LogConfig: smallLog }),
    },
  };
}

/** Docker's own log has no limit by default: what runs for months would fill a small disk. */
const smallLog = { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '2' } };

const hostLine = ({ name, address }: HostName) => `${name}:${address}`;

function resolverOptions(resolver: Resolver | undefined) {
  if (resolver === undefined) return {};
  const { servers, options } = resolver;
  return { DnsOptions: [...options], ...(servers !== null && { Dns: [...servers] }) };
}

/** Without the right to make further device files. */
const deviceMapping = (path: string) => ({
  PathOnHost: path,
  PathInContainer: path,
  CgroupPermissions: 'rw',
});
