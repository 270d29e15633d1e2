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
  z.object({ available: z.literal(false), reason: z.string() }),
]);

/** Facts of a device, read at set-up and kept with the LAN. */
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
  macs: z.array(z.object({ interface: z.string(), mac: z.string() })),
  /** `cuda` on a device with an NVIDIA GPU or a Tegra. */
  accelerators: z.array(z.string()),
  /** Version of python3 on the device's host; null without one. */
  python: z.string().nullable(),
  user: z.object({ name: z.string(), uid: z.number().int(), gid: z.number().int(), home: z.string() }),
  engine: engineFacts,
});
export type DeviceFacts = z.infer<typeof deviceFacts>;
export type EngineFacts = z.infer<typeof engineFacts>;
