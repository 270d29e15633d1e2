import { z } from 'zod';
import { boardState, deviceClock, overhead } from './device-records.js';
import { jobOrigin } from './job-origin.js';
import { packagesSummary, pythonRecord } from './package-records.js';
import { parameterValue } from './parameter-value.js';
import { placementRecord } from './placement-record.js';
import { runLabels } from './run-labels.js';

/** Values of an experiment's parameters, by name. */
export const parameterValues = z.record(z.string(), parameterValue);

/** Which role ended a trial, and how. */
export const trialFailure = z.object({
  role: z.string(),
  rank: z.number(),
  device: z.string(),
  reason: z.string().describe('What happened to the role, such as its exit code'),
});

/** Load of a device while all roles of a trial ran, and collab's own part of it, from counters of /proc. */
export const trialLoad = z.object({
  device: z.string().nullable().describe('Null for the controller'),
  boot_id: z.string().nullable().describe('Devices with the same one are parts of one machine'),
  from_realtime_s: z
    .number()
    .nullable()
    .describe("Start on the device's CLOCK_REALTIME: when the last role had started"),
  from_uptime_s: z.number().describe('The same moment since boot'),
  from_quiet_s: z
    .number()
    .describe('Time since boot that processors were not busy, summed over all of them, at that moment'),
  seconds: z.number().describe('Until the last role that is not a service had ended'),
  cores: z.number().int(),
  busy_s: z.number().nullable().describe('Busy time of all processors; null if the counters contradict'),
  error_s: z
    .number()
    .optional()
    .describe(
      'How far off `busy_s` can be, because the time is read beside the counters; missing in older runs',
    ),
  session_s: z
    .number()
    .nullable()
    .describe("CPU time of collab's ssh session there and what it ran, or of the controller's process"),
  engine_s: z.number().describe('CPU time of the programs of the container engine'),
  around_s: z
    .number()
    .nullable()
    .describe('CPU time of session and engine since before the first role was started'),
});
export type TrialLoad = z.infer<typeof trialLoad>;

/** How a trial stands. `failed`, `interrupted` and `lost` ended early; `skipped` never had to run. */
export const trialState = z.enum([
  'pending',
  'running',
  'complete',
  'failed',
  'interrupted',
  'lost',
  'skipped',
]);
export type TrialState = z.infer<typeof trialState>;

/** The error that ended a run or a trial early. */
export const runFailure = z.object({
  name: z.string().describe('Stable name of the error'),
  what: z.string().describe('What happened'),
  why: z.string().optional(),
});

/** A try at a trial that ended without being complete, and that was followed by another one. */
const earlierAttempt = z.object({
  attempt: z.number().int().positive(),
  state: trialState,
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  failure: trialFailure.optional(),
  error: runFailure.optional(),
});

export const trialRecord = z.object({
  number: z.number().int().positive().describe('From 1, in the order in which the trials run'),
  parameters: parameterValues.describe('Values of the parameters, by name'),
  repeat: z.number().int().nonnegative().describe('From 0; warm-up repeats are counted separately'),
  warmup: z.boolean().describe('Whether it is a warm-up, which does not count as measured'),
  attempt: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Which try at the trial this is about, the newest one; missing for the first'),
  earlier: z.array(earlierAttempt).optional().describe('The tries before it'),
  state: trialState.describe(
    '`lost`: a device was lost; `skipped`: its combination needed no more repeats; `interrupted`: stopped by the user',
  ),
  adopted: z
    .literal(true)
    .optional()
    .describe('Its controller ended while it ran, and another one took it over; `load` is missing'),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  failure: trialFailure.optional().describe('The role that ended the trial, if one did'),
  error: runFailure.optional().describe('The error that ended the trial, if no role did'),
  placement: z
    .array(placementRecord)
    .optional()
    .describe('Which device played which role in it, where that is not the same for all trials, as in a job'),
  commands: z
    .array(z.object({ role: z.string(), rank: z.number().int(), command: z.array(z.string()) }))
    .optional()
    .describe(
      'The commands that were run, of role instances whose command names parameters, peers or the like',
    ),
  load: z
    .array(trialLoad)
    .optional()
    .describe("Load of the devices during the trial and collab's own part; missing if it was not read"),
});
export type TrialRecord = z.infer<typeof trialRecord>;

/** An image that a role ran in; the id is that of the device's engine. */
export const imageRecord = z.object({
  role: z.string(),
  device: z.string(),
  ref: z.string().describe('Tag of the image'),
  image_id: z.string().describe("Id of the image in the device's engine"),
  layers: z
    .array(z.string())
    .optional()
    .describe('Digests of its layers (diff ids), bottom first; missing in older runs'),
  repo_digests: z
    .array(z.string())
    .optional()
    .describe(
      'Digests by which the engine knows it from a registry; empty for an image that was built or sent',
    ),
  packages: packagesSummary.optional().describe('The packages in it; missing in older runs'),
});

/** A folder of data that a role was given. `hash` (SHA-256, hex) is over paths and contents of its files. */
export const dataRecord = z.object({
  role: z.string(),
  device: z.string(),
  name: z.string(),
  path: z.string().describe('As experiment.yaml has it'),
  hash: z.string().describe('SHA-256 over the paths and contents of its files, in hex'),
  size_bytes: z.number(),
  source: z
    .enum(['device', 'controller'])
    .describe('Whether it was on the device, or was sent there by collab, now or before'),
});

/** The process that runs a run: with it, others on its machine can tell whether it is still there. */
export const controllerRecord = z.object({
  host: z.string().describe('Its host name'),
  machine: z.string().nullable().describe('Hash of its machine id (/etc/machine-id)'),
  boot_id: z.string().nullable().describe('Id of its boot'),
  pid_namespace: z.string().nullable().describe('The namespace in which its process id counts'),
  pid: z.number().int(),
  start_ticks: z
    .number()
    .nullable()
    .describe(
      'Start of the process since boot, in clock ticks, which tells it from a later one of the same id',
    ),
});
export type ControllerRecord = z.infer<typeof controllerRecord>;

/** How the trials of a run follow each other, and what happens when one of them does not complete. */
export const sweepRecord = z.object({
  on_failure: z.enum(['continue', 'stop']).describe('Whether the next trial runs after one that failed'),
  on_loss: z
    .enum(['stop', 'continue', 'wait'])
    .describe('What happens after a device was lost: the run ends, goes on, or waits for the device'),
  order: z
    .enum(['interleaved', 'sequential', 'random'])
    .optional()
    .describe('Order of the trials; missing in runs of older versions, which were sequential'),
  seed: z.number().int().optional().describe('Seed of the random order; missing for the others'),
  stop_when: z
    .object({
      metric: z.string().describe('`total_ms`, or `client.total_ms` for one role'),
      interval: z.number().describe('Half the width of the 95 % interval, as a share of the figure'),
      at_least: z.number().int().describe('Fewest measured repeats'),
      at_most: z.number().int().describe('Most measured repeats'),
    })
    .optional()
    .describe('When the repeats of a combination end early; missing if all of them run'),
});
export type SweepRecord = z.infer<typeof sweepRecord>;

/** run.json: what was run, where, with what. `src/logs/run-state.ts` computes it from the journal. */
export const runRecord = z.object({
  format: z.literal(1).describe('Format of this file'),
  run_id: z.string().describe('Start of the run in UTC and four random hexadecimal digits'),
  experiment: z.object({
    name: z.string(),
    id: z.string().describe("Hash of the content of the experiment's folder; empty if it is not known"),
    definition: z.unknown().describe('experiment.yaml, with defaults filled in'),
    folder: z
      .string()
      .optional()
      .describe('Its folder, relative to that of the workspace if it is in there; missing in older runs'),
  }),
  state: z
    .enum(['running', 'complete', 'partial', 'failed', 'interrupted', 'abandoned'])
    .describe(
      '`partial`: it went through all trials, and some of them are not complete; `abandoned` is never written: a reader finds that the controller is gone',
    ),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  runtime: z.enum(['docker', 'process']).describe('How the roles were run'),
  lan: z
    .string()
    .nullable()
    .describe('Name of the LAN; null for a local run, and for a fleet of this machine'),
  job: jobOrigin
    .optional()
    .describe('Set for a job of a fleet: its tasks are the trials, and its workers the devices'),
  devices: z
    .array(
      z.object({
        name: z.string(),
        id: z
          .string()
          .describe('Fingerprint of its ssh host key; the MAC address of the controller; the id of a member'),
        address: z.string().describe('Empty if it is not known'),
        facts: z
          .record(z.string(), z.unknown())
          .describe('What it reported about itself at the last setup or check'),
        clock: deviceClock.nullable().describe('Its clock before the run; null until it is measured'),
        board: z
          .object({ before: boardState.nullable(), after: boardState.nullable() })
          .optional()
          .describe('Its settings before the first trial and after the last; null if they could not be read'),
        overhead: overhead
          .optional()
          .describe('What the wrapper was last measured to cost there; missing if it was not measured'),
      }),
    )
    .describe('The devices that play a role'),
  placement: z.array(placementRecord).describe('Which device plays which role'),
  images: z.array(imageRecord).describe('The image of each role on its device'),
  python: pythonRecord
    .optional()
    .describe('The python3 that ran roles without images; missing for runs on a LAN and in older runs'),
  data: z.array(dataRecord).optional().describe('The data folders that each role was given'),
  trials: z.array(trialRecord),
  versions: z.record(z.string(), z.string()).describe('Versions of collab and Node.js'),
  git: z
    .object({
      commit: z.string(),
      dirty: z.boolean().describe('Whether there were uncommitted changes'),
    })
    .nullable()
    .describe('The commit of the workspace; null if it is not a git checkout'),
  rebuilt: z
    .string()
    .optional()
    .describe(
      'Never written. Set when run.json could not be read and a journal of format 1 gives only part of it: what is missing',
    ),
  by: z.string().optional().describe('Who started it: the login on the controller; missing in older runs'),
  again: z
    .string()
    .optional()
    .describe('Id of the run whose code and trials it does again, after `run --from` or `replicate`'),
  failure: runFailure.optional().describe('The error that ended the run early'),
  sweep: sweepRecord.optional().describe('How the trials follow each other; missing in older runs'),
  resumed: z
    .array(z.object({ at: z.string(), controller: controllerRecord }))
    .optional()
    .describe('When it was taken up again, and by which process; missing if it never was'),
  controller: controllerRecord.optional().describe('The process that runs it; missing in older runs'),
  labels: runLabels
    .optional()
    .describe('Never written here: name, note and tags are in labels.json, and a reader adds them'),
  unchecked: z
    .object({ why: z.string(), last_written_at: z.string() })
    .optional()
    .describe('Never written. Set when it cannot be known whether the controller is still there'),
});
export type RunRecord = z.infer<typeof runRecord>;
