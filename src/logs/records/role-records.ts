import { z } from 'zod';

/**
 * What the wrapper writes into a role's folder, line by line. Times are seconds of the device's CLOCK_MONOTONIC;
 * `state.jsonl` ties them to its CLOCK_REALTIME, and run.json gives that clock's offset to the controller's.
 */

/** One tick of the sampler: metric names of metrics.json to values; a metric that could not be read is left out. */
export const sampleRecord = z
  .object({ monotonic_s: z.number() })
  .catchall(z.number().nullable().describe('Value of a metric, by its name'));
export type SampleRecord = z.infer<typeof sampleRecord>;
/** A quick check first: there may be millions of samples, and the schema is slow. */
export const sampleShape = {
  schema: sampleRecord,
  fits: (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const record = value as Record<string, unknown>;
    for (const name in record) {
      const one = record[name];
      if (typeof one !== 'number' && one !== null) return false;
    }
    return typeof record.monotonic_s === 'number';
  },
};

/** A process of the role's tree at one tick. A process that used no CPU and kept its memory has no row for that tick. */
export const processRecord = z.object({
  monotonic_s: z.number(),
  pid: z.number().int(),
  parent: z.number().int().describe('Process id of the parent'),
  command: z.string(),
  cpu_percent: z
    .number()
    .optional()
    .describe('Since the previous reading; missing in the first line of a process'),
  memory_resident_bytes: z.number(),
});
export type ProcessRecord = z.infer<typeof processRecord>;

/** A row that the user's code recorded: one flat line. Nested values are kept as they came. */
export const resultRecord = z.record(z.string(), z.unknown().describe('A value that the code passed'));
export type ResultRecord = z.infer<typeof resultRecord>;
export const resultShape = {
  schema: resultRecord,
  exact: true,
  fits: (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** A named stretch of time that the user's code recorded, with fields of its own. */
export const spanRecord = z
  .object({ name: z.string(), start_monotonic_s: z.number(), duration_ms: z.number() })
  .catchall(z.unknown().describe('A field that the code passed'));
export type SpanRecord = z.infer<typeof spanRecord>;
export const spanShape = {
  schema: spanRecord,
  exact: true,
  fits: (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    const { name, start_monotonic_s: start, duration_ms: duration } = value as Record<string, unknown>;
    return typeof name === 'string' && typeof start === 'number' && typeof duration === 'number';
  },
};

export const stateRecord = z.object({
  state: z
    .enum(['started', 'ready', 'stopping', 'exited', 'absent', 'unavailable', 'estimated'])
    .describe(
      'A state of the role; or about a sampled metric: `absent` if the device has no sensor for it, `unavailable` if it should be readable but is not, `estimated` if it is not exact',
    ),
  monotonic_s: z.number(),
  realtime_s: z.number().describe('The same moment on CLOCK_REALTIME'),
  realtime_error_s: z
    .number()
    .optional()
    .describe('The two clocks were read within +- this of the same moment; missing in older runs'),
  metric: z.string().optional().describe('Name of the metric'),
  reason: z.string().optional().describe('Why the metric is absent or unavailable, or how it is estimated'),
  pid: z.number().optional().describe('Process id of the command'),
  cgroups: z
    .array(z.string())
    .optional()
    .describe('With `started`: control groups that the wrapper made for the role, and removes at its end'),
});
export type StateRecord = z.infer<typeof stateRecord>;

/** A total: measured or estimated with its source, or unavailable with the reason. Never a zero that was not read. */
export const total = z.object({
  value: z.number().nullable().describe('Null if it is unavailable'),
  unit: z.string(),
  kind: z.enum(['measured', 'estimated', 'unavailable']),
  source: z.string().optional().describe('Where the value comes from'),
  reason: z.string().optional().describe('Why it is unavailable'),
});
export type Total = z.infer<typeof total>;

/** A file as the wrapper left it. */
const writtenFile = z.object({
  bytes: z.number().int(),
  lines: z
    .number()
    .int()
    .nullable()
    .describe('Lines, including a last one without a newline; null if there was no time to count them'),
  crc32: z
    .string()
    .nullable()
    .describe('CRC-32 of its bytes in hex; null if there was no time to compute it'),
});

/** What the device and the role used from the start of the command to its end: the difference is what else ran. */
const deviceLoad = z.object({
  boot_id: z
    .string()
    .nullable()
    .describe('Identifies a boot of a kernel: devices with the same one are parts of one machine'),
  seconds: z.number().optional().describe('Time between the two readings'),
  cores: z.number().int().optional().describe('Processors that were online'),
  device_cpu_s: z
    .number()
    .optional()
    .describe('Time that processors of the device were neither idle, nor waiting, nor taken by a hypervisor'),
  role_cpu_s: z.number().optional().describe("CPU time of the role's process tree"),
  role_cpu_at_least: z
    .boolean()
    .optional()
    .describe(
      'True without a cgroup: `role_cpu_s` may lack processes that nobody waited for, which then count as other load',
    ),
  wrapper_cpu_s: z.number().optional().describe('CPU time of the wrapper and its helpers'),
  resolution_s: z.number().optional().describe('Step of the counters of the device'),
  ended_monotonic_s: z.number().optional().describe('When the second reading was taken'),
  ended_quiet_s: z
    .number()
    .optional()
    .describe(
      'Time since boot that processors were not busy, summed over all of them, in the second reading',
    ),
  reason: z.string().optional().describe('Why there are no readings'),
});

export const exitRecord = z.object({
  code: z
    .number()
    .int()
    .nullable()
    .describe(
      'Exit code of the command; null if a signal ended it or it never started; 0 for a trial after which its process stayed (`restart: run`)',
    ),
  signal: z.string().nullable().describe('Signal that ended the command'),
  reason: z
    .enum(['exited', 'timeout', 'stopped', 'not-started', 'prepare-failed'])
    .describe(
      'Why it ended: by itself, at its timeout, on request, or because it could not be started, or not because its `prepare` failed',
    ),
  message: z
    .string()
    .optional()
    .describe(
      'For `not-started`, the error of the system; for `prepare-failed`, how it failed; otherwise that the kernel killed a process because memory ran out, that the command failed on a full disk, or why a role that stays for the run ended outside of its trials',
    ),
  started_monotonic_s: z.number(),
  ended_monotonic_s: z.number(),
  started_realtime_s: z.number(),
  missed_samples: z
    .number()
    .int()
    .optional()
    .describe('Samples that were skipped because the sampler was late'),
  parameters_read: z
    .record(z.string(), z.array(z.enum(['module', 'command', 'declared'])))
    .optional()
    .describe(
      'Parameters of the trial that the role was seen to read, and how: by the `collab` module, in its command, or as its role declares (`reads`); missing in runs of older versions',
    ),
  drain_s: z
    .number()
    .optional()
    .describe(
      'How long the wrapper kept the network of the role after its end, until what it had sent had arrived; only for a network of its own',
    ),
  undelivered_bytes: z
    .number()
    .int()
    .optional()
    .describe('Bytes that the role wrote to TCP connections and that had not arrived when the wait ended'),
  in_flight_bytes: z
    .number()
    .int()
    .optional()
    .describe(
      'Instead of `undelivered_bytes` where the process stayed after the trial (`restart: run`): bytes that it had written to TCP connections and that arrived only after the end of the trial, if they did',
    ),
  finalize_failed: z
    .string()
    .optional()
    .describe('How the `finalize` of the role failed; missing if it did not, or if there is none'),
  unconfirmed_ends: z
    .number()
    .int()
    .optional()
    .describe('Connections whose bytes all arrived while their end was not confirmed: the peer may be gone'),
  closed_unread: z
    .number()
    .int()
    .optional()
    .describe('Connections that the role closed with data that it had not read, or that got more after that'),
  given: z
    .object({
      cores: z.number().int().nullable().describe('Cores that it had; null if the controller did not say'),
      threads: z
        .record(z.string(), z.string())
        .describe('Variables with thread counts in its environment, such as `OMP_NUM_THREADS`'),
      shared_memory_bytes: z.number().int().nullable().describe('Size of `/dev/shm`; null if there is none'),
      open_files: z.number().int().nullable().describe('Limit of open files; null for no limit'),
    })
    .optional()
    .describe('What the command got of its device; missing in runs of older versions'),
  unreachable_answers: z
    .number()
    .int()
    .optional()
    .describe(
      'ICMP messages that something which the role sent could not be delivered, such as a datagram to a port that no program has open; only for a network of its own',
    ),
  unclaimed_datagrams: z
    .number()
    .int()
    .optional()
    .describe(
      'UDP datagrams that arrived for the role while it had no socket open for them; only for a network of its own, IPv4',
    ),
  unopened_ports: z
    .array(
      z.object({
        name: z.string(),
        port: z.number().int(),
        protocol: z.enum(['tcp', 'udp']).nullable().describe('As experiment.yaml declares it; null for both'),
        opened: z
          .enum(['tcp', 'udp'])
          .nullable()
          .describe('The other protocol, if the role opened the number for that one'),
        uncertain: z
          .literal(true)
          .optional()
          .describe('Something arrived at the role, so the port may have been open for less than 0.1 s'),
      }),
    )
    .optional()
    .describe(
      'Declared ports that the role was not seen to open; only for a network of its own, missing if there are none',
    ),
  totals: z
    .record(z.string(), total)
    .describe('By metric, and by `<metric>.<part>` for a network interface or a power rail'),
  device_load: deviceLoad
    .optional()
    .describe('Load of the whole device while the command ran; missing in runs of older versions'),
  files: z
    .record(z.string(), writtenFile)
    .optional()
    .describe('The files that the wrapper and the role wrote, by name; missing in runs of older versions'),
  outputs: z
    .object({
      files: z.number().int(),
      bytes: z.number().int(),
      listed: z.record(z.string(), z.number().int()).describe('Sizes in bytes by path, of as many as fit'),
    })
    .nullable()
    .optional()
    .describe('The regular files below `outputs`; null if there was no time to count them'),
  files_unsure: z.string().optional().describe('Why `files` and `outputs` may not be complete'),
});
export type ExitRecord = z.infer<typeof exitRecord>;
