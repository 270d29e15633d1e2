import { z } from 'zod';

/** What a device's engine said of itself, or why there is none to use. */
export const engineFacts = z.discriminatedUnion('available', [
  z.object({
    available: z.literal(true),
    version: z.string(),
    storageDriver: z.string(),
    cgroupVersion: z.string(),
    runtimes: z.array(z.string()),
  }),
  z.object({
    available: z.literal(false),
    /** What keeps it from being used; files of version 0.1 do not tell. */
    cause: z.enum(['not-installed', 'not-permitted', 'not-running', 'other']).default('other'),
    reason: z.string(),
  }),
]);

/** Something on a device that power can be read from. */
export const powerSensor = z.object({
  /** `ina3221`, `ina219` (and its kin), `rapl`, `nvidia`, `battery`, `pi5-pmic`. */
  kind: z.string(),
  /** What it says it measures, e.g. `package-0`, `BAT0`; else the name of its driver. */
  name: z.string(),
  /** Folder of its files in /sys; null for one that a program reads. */
  path: z.string().nullable(),
  /** Whether the login user may read it. */
  readable: z.boolean(),
});

/**
 * Facts of a device, read at set-up and kept with the LAN. Those with a default are missing in files of version 0.1.
 */
export const deviceFacts = z.object({
  hostname: z.string(),
  /** As Docker names it: amd64, arm64, arm. */
  architecture: z.string(),
  os: z.object({ id: z.string(), version: z.string(), name: z.string() }),
  kernel: z.string(),
  /** Board or machine model, null when the device does not say. */
  model: z.string().nullable(),
  /** Cores that this device may use. */
  cores: z.number().int().positive(),
  /** Memory that this device may use: the least of what the kernel shows and the limit of its cgroup. */
  memoryBytes: z.number().positive(),
  diskFreeBytes: z.number().nonnegative(),
  /** Size of the file system that the engine's data, else the home folder, is on. */
  diskTotalBytes: z.number().nonnegative().nullable().default(null),
  macs: z.array(z.object({ interface: z.string(), mac: z.string() })),
  /** `cuda` on a device with an NVIDIA GPU or a Tegra. */
  accelerators: z.array(z.string()),
  /** Names of the GPUs as CUDA gives them, e.g. `NVIDIA GeForce RTX 3060`, `Orin`. */
  cudaDevices: z.array(z.string()).default([]),
  /** Versions of NVIDIA's system for Jetsons; null on other devices. JetPack is null when nothing tells it. */
  jetson: z.object({ l4t: z.string(), jetpack: z.string().nullable() }).nullable().default(null),
  /** Version of the control groups of the host: `1`, `2`, or null when it shows none. */
  cgroupVersion: z.string().nullable().default(null),
  /** Whether the clock is kept by NTP, as the device says. */
  ntp: z.enum(['synchronized', 'not-synchronized', 'unknown']).default('unknown'),
  /** What starts services there: systemd or something else; null when the device does not say. */
  init: z.enum(['systemd', 'other']).nullable().default(null),
  /** Where power can be read. */
  powerSensors: z.array(powerSensor).default([]),
  /** Version of python3 on the device's host; null without one. */
  python: z.string().nullable(),
  user: z.object({ name: z.string(), uid: z.number().int(), gid: z.number().int(), home: z.string() }),
  engine: engineFacts,
});
export type DeviceFacts = z.infer<typeof deviceFacts>;
export type PowerSensor = z.infer<typeof powerSensor>;
export type EngineFacts = z.infer<typeof engineFacts>;
