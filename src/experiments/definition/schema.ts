import { z } from 'zod';
import { device, identifier } from './device-schema.js';
import { countPattern, maxInstances, parseCount } from './count.js';
import { parsePort, portPattern } from './port.js';
import { durationSchema } from '../../workspace/index.js';
import { parseSizeBytes, sizePattern } from './quantities.js';
import { parameterName, sweepKeys } from './sweep-schema.js';

/** Part of an image's name, so Docker's rule for repository names holds. */
const imageName = z
  .string()
  .max(63)
  .regex(
    /^[a-z][a-z0-9]*(?:(?:_|__|-+)[a-z0-9]+)*$/,
    'a name starts with a lowercase letter, ends with a letter or digit, and has lowercase letters, digits and single - or _ between them, at most 63 in all',
  );

/** What is wrong with a name for an experiment; null if nothing is. */
export const nameFault = (name: string): string | null =>
  imageName
    .safeParse(name)
    .error?.issues.map(({ message }) => message)
    .join('; ') ?? null;

/** A duration that has a default. */
const duration = (least: string, most: string, usual: string) =>
  durationSchema(least, most, usual).default(usual);

const aptPackage = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9+.-]+(:[a-z0-9]+)?(=[A-Za-z0-9.+:~-]+)?$/,
    'must be the name of a Debian package, with =version where needed',
  );
const pipRequirement = z
  .string()
  .max(500)
  .regex(
    /^(?!-)(?!.*\s-)(?!.*\\$)[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
    'must be one pip requirement on one line, without options; put options into a requirements file',
  );
const pathInside = z
  .string()
  .regex(
    /^(?![-/~])(?!(.*\/)?\.\.(\/|$))[^\\\p{Cc}]+$/u,
    'must be a path inside the folder of the experiment, without ".." and not absolute',
  );

const dependencies = z
  .strictObject({
    apt: z.array(aptPackage).default([]).describe('Debian packages.'),
    pip: z.array(pipRequirement).default([]).describe('pip requirements.'),
    requirements: pathInside
      .optional()
      .describe('A requirements file of the experiment, all that pip accepts.'),
  })
  .describe('What to install on top of the base.');

/** A cross check, not the schema, requires exactly one of log, port and helper, so that other faults are reported too. */
const ready = z
  .strictObject({
    log: z
      .string()
      .regex(/^[^\r\n\0]+$/, 'must be one line of text, not empty')
      .max(1000)
      .optional()
      .describe('Ready when a line of its output has this text.'),
    port: identifier.optional().describe('Ready when this port of the role answers.'),
    helper: z.literal(true, 'must be true').optional().describe('Ready when the code calls collab.ready().'),
    timeout: duration('1 s', '336 h', '2m').describe('How long to wait for it.'),
  })
  .meta({ oneOf: [{ required: ['log'] }, { required: ['port'] }, { required: ['helper'] }] })
  .describe('When the role counts as ready: one of log, port, helper. Without it, as soon as it runs.');

const dataPath = z
  .string()
  .max(1000)
  .regex(
    /^(?!~(?!\/))(?!-)(?!\/+$)[^\\\p{Cc}]+$/u,
    'must be a folder: a path from the folder of the experiment, an absolute one, or one that starts with ~/',
  );
const data = z.array(
  z.strictObject({
    name: identifier.describe('Name by which the code asks for it, and of its folder below /data.'),
    path: dataPath.describe(
      "From the experiment's folder: sent to the device once. Absolute or with ~/: lies on the device, else is sent.",
    ),
  }),
);

const portNumber = 'must be a port number from 1 to 65535';
const portForm = `${portNumber}, with /udp or /tcp behind it if it is for one protocol only, such as 5004/udp`;
const port = z.union(
  [
    z.int(portNumber).min(1, portNumber).max(65535, portNumber),
    z
      .string()
      .regex(portPattern, portForm)
      .refine((text) => !portPattern.test(text) || parsePort(text) !== null, portForm),
  ],
  portForm,
);
const argument = z
  .string('must be text; put a number or true/false in quotes')
  .regex(/^[^\0]*$/, 'must not hold a NUL character');

const commandForm = 'must be a list such as [python3, server.py]';
const meterForm = 'must be a list such as [python3, meter.py]';
const command = z.array(argument, commandForm).min(1, 'must have at least one word');

const shmForm = 'must be a size such as "1 GB" or "512 MiB", or a number of bytes above 0';
const shm = z.union(
  [
    z
      .string()
      .regex(/^[^>]*$/, shmForm)
      .regex(sizePattern, shmForm)
      .refine((text) => parseSizeBytes(text) !== 0, shmForm),
    z.int(shmForm).positive(shmForm),
  ],
  shmForm,
);

const hostDeviceForm = 'must be a path below /dev, such as /dev/video0 or /dev/bus/usb';
const hostDevice = z
  .string(hostDeviceForm)
  .max(500)
  .regex(/^\/dev(?:\/(?!\.{1,2}(?:\/|$))[^/:\s\p{Cc}]+)+$/u, hostDeviceForm);

const countForm = `must be a number from 1 to ${maxInstances}, or such as 1..n or 2..8`;
const count = z
  .union(
    [
      z.int(countForm).min(1, countForm).max(maxInstances, countForm),
      z
        .string()
        .regex(countPattern, countForm)
        .refine((text) => !countPattern.test(text) || parseCount(text) !== null, countForm),
    ],
    countForm,
  )
  .default(1);
const role = z.strictObject({
  device: device.prefault({}),
  count: count.describe(
    'How many instances: ranks 0 to count - 1. 1..n: as many as there are devices for, 2..8: the same with bounds.',
  ),
  share: z
    .boolean('must be true or false')
    .default(true)
    .describe('false: its device plays nothing else in the run. true: it may, if there are too few devices.'),
  after: z.array(identifier).default([]).describe('Roles that must be ready before this one starts.'),
  gpu: z
    .boolean('must be true or false')
    .default(false)
    .describe('Placed on a device with an NVIDIA GPU, and started with it.'),
  devices: z
    .array(hostDevice, 'must be a list such as [/dev/video0]')
    .default([])
    .describe('Device files of the host, or folders of them: placed where they are, and started with them.'),
  shm: shm
    .optional()
    .describe('Size of /dev/shm in its container: "1 GB", "512 MiB". Without it, as much as its memory.'),
  data: data.default([]).describe('Folders of data that it reads; mounted read-only, never in an image.'),
  base: imageName.default('python').describe('Flavor of the base image: a folder of base-images/.'),
  dependencies: dependencies.prefault({}),
  command: command.describe('Program and arguments, run in the folder of the experiment. No shell.'),
  prepare: command
    .optional()
    .describe('A command that runs to its end before `command` starts, where `command` runs; not measured.'),
  finalize: command
    .optional()
    .describe('A command that runs after `command` has ended, where it ran; not measured.'),
  ports: z
    .record(identifier, port)
    .default({})
    .describe('Ports that the role listens on, by name: 5004 for TCP and UDP, or 5004/udp, 5004/tcp.'),
  network: z
    .enum(['own', 'host'], 'must be own or host')
    .default('own')
    .describe(
      "Whose network it uses: its own with its ports published, or its device's, for programs that open further ports.",
    ),
  reads: z
    .array(parameterName)
    .default([])
    .describe(
      'Parameters that its code reads itself, from the environment or a file: collab does not see that.',
    ),
  ready: ready.optional(),
  meter: z
    .array(argument, meterForm)
    .min(1, 'must have at least one word')
    .optional()
    .describe(
      'An external power meter: a program that runs alongside the role and prints watts, one number per line.',
    ),
  service: z
    .boolean()
    .default(false)
    .describe('Stopped once the other roles are done; being stopped is its normal end.'),
  restart: z
    .enum(['trial', 'run'], 'must be trial or run')
    .default('trial')
    .describe(
      'How often its process is started: for each trial, or once for the run; then its code asks for the trials (collab.trials()).',
    ),
});

/** experiment.yaml. It validates, gives the type, and generates experiment.schema.json next to it. */
export const experimentSchema = z.strictObject({
  name: imageName.describe('Name of the experiment.'),
  description: z.string().optional(),
  roles: z
    .record(identifier, role)
    .refine((roles) => Object.keys(roles).length > 0, 'must have at least one role')
    .describe('What runs, each role with its constraints on a device.'),
  data: data.default([]).describe('Folders of data that every role reads.'),
  ...sweepKeys,
  sampling: duration('10 ms', '10 s', '100 ms').describe('Interval of the samples.'),
  metrics: z
    .array(z.enum(['cycles'], 'must be cycles'))
    .default([])
    .describe(
      'Metrics that are only measured on request: cycles (and instructions), where the kernel allows it.',
    ),
  idle: duration('0 s', '10m', '2 s').describe(
    'How long power is measured before the command starts, on devices with a power sensor.',
  ),
  timeout: duration('1 s', '336 h', '10m').describe('Longest time that a trial may take.'),
  on_failure: z
    .enum(['continue', 'stop'], 'must be continue or stop')
    .optional()
    .describe('Whether the next trial runs after one that failed. Default: continue, if there are several.'),
  on_loss: z
    .enum(['stop', 'continue', 'wait'], 'must be stop, continue or wait')
    .default('stop')
    .describe('What happens after a device was lost: the run ends, goes on, or waits for the device.'),
});

/** The content of a valid experiment.yaml, with its defaults filled in. */
export type ExperimentFile = z.output<typeof experimentSchema>;

/** JSON Schema (draft 2020-12) of experiment.yaml, for editors: what experiment.schema.json holds. */
export function experimentJsonSchema(): Record<string, unknown> {
  return { title: 'experiment.yaml of collab', ...z.toJSONSchema(experimentSchema, { io: 'input' }) };
}
