import { z } from 'zod';

/** Facts of a device's engine, or why it cannot be used. */
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
    /** Why it cannot be used. Missing in files of version 0.1. */
    cause: z.enum(['not-installed', 'not-permitted', 'not-running', 'other']).default('other'),
    reason: z.string(),
  }),
]);

/** A power sensor of a device. */
export const powerSensor = z.object({
  /** `ina3221`, `ina219` (and similar chips), `rapl`, `nvidia`, `battery`, `pi5-pmic`. */
  kind: z.string(),
  /** What it measures according to its driver, e.g. `package-0`, `BAT0`; otherwise the name of the driver. */
  name: z.string(),
  /** Folder of its files in /sys; null if a program reads it. */
  path: z.string().nullable(),
  /** Whether the login user may read it. */
  readable: z.boolean(),
});

/**
 * Facts of a device, read during setup and stored with the LAN. Those with a default are missing in files of version 0.1.
 */
export const deviceFacts = z.object({
  hostname: z.string(),
  /** Docker's name: amd64, arm64, arm. */
  architecture: z.string(),
  os: z.object({ id: z.string(), version: z.string(), name: z.string() }),
  kernel: z.string(),
  /** Board or machine model; null if unknown. */
  model: z.string().nullable(),
  /** Cores that this device may use. */
  cores: z.number().int().positive(),
  /** Memory that this device may use: the smaller of the kernel's total and the cgroup limit. */
  memoryBytes: z.number().positive(),
  diskFreeBytes: z.number().nonnegative(),
  /** Size of the file system with the engine's data, or without an engine, with the home folder. */
  diskTotalBytes: z.number().nonnegative().nullable().default(null),
  macs: z.array(z.object({ interface: z.string(), mac: z.string() })),
  /** `cuda` for a device with an NVIDIA GPU or a Tegra. */
  accelerators: z.array(z.string()),
  /** CUDA's names of the GPUs, e.g. `NVIDIA GeForce RTX 3060`, `Orin`. */
  cudaDevices: z.array(z.string()).default([]),
  /** Versions of NVIDIA's system for Jetsons; null on other devices. `jetpack` is null if unknown. */
  jetson: z.object({ l4t: z.string(), jetpack: z.string().nullable() }).nullable().default(null),
  /** Version of the host's control groups: `1`, `2`, or null if it has none. */
  cgroupVersion: z.string().nullable().default(null),
  /** Whether the clock is synchronized by NTP, according to the device. */
  ntp: z.enum(['synchronized', 'not-synchronized', 'unknown']).default('unknown'),
  /** The init system: systemd or another; null if unknown. */
  init: z.enum(['systemd', 'other']).nullable().default(null),
  /** Sensors from which power can be read. */
  powerSensors: z.array(powerSensor).default([]),
  /** Version of python3 on the device's host; null without one. */
  python: z.string().nullable(),
  user: z.object({ name: z.string(), uid: z.number().int(), gid: z.number().int(), home: z.string() }),
  engine: engineFacts,
});
export type DeviceFacts = z.infer<typeof deviceFacts>;
export type PowerSensor = z.infer<typeof powerSensor>;
export type EngineFacts = z.infer<typeof engineFacts>;
