import { z } from 'zod';
import { boardState, clockOffset } from '../device-records.js';
import { pythonRecord } from '../package-records.js';
import { controllerRecord, dataRecord, imageRecord, runFailure, runRecord } from '../run-record.js';
import { placementRecord } from '../placement-record.js';

const endState = z.enum(['complete', 'partial', 'failed', 'interrupted']);

/** The first event of every journal. `record` is the run's whole record at its start. */
export const runStarted = z.strictObject({
  kind: z.literal('run.started'),
  format: z.literal(2),
  run_id: z.string(),
  /** Name of the experiment. */
  experiment: z.string(),
  /** The run's folder when it started, an absolute path of the controller. */
  folder: z.string(),
  /** How many trials the run has. */
  trials: z.number().int(),
  record: runRecord,
});

/** What happens to a run as a whole. */
export const runEvents = [
  runStarted,
  /** A run that had ended, or whose controller was gone, goes on with another controller. */
  z.strictObject({
    kind: z.literal('run.resumed'),
    run_id: z.string(),
    /** The run's folder now: its workspace may have been moved. */
    folder: z.string(),
    controller: controllerRecord,
    /** How many trials are still to run. */
    trials: z.number().int(),
  }),
  z.strictObject({ kind: z.literal('run.connecting'), devices: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal('run.device-left-out'),
    device: z.string(),
    /** The step of the device check that failed. */
    step: z.string(),
    reason: z.string(),
    next: z.string(),
  }),
  z.strictObject({
    kind: z.literal('run.dependencies-left-out'),
    role: z.string(),
    dependencies: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('run.note'), note: z.string() }),
  z.strictObject({ kind: z.literal('run.placed'), placement: z.array(placementRecord) }),
  z.strictObject({ kind: z.literal('images.deployed'), images: z.array(imageRecord) }),
  /** The packages in an image are being read there, once per image. */
  z.strictObject({ kind: z.literal('packages.reading'), device: z.string(), ref: z.string() }),
  z.strictObject({
    kind: z.literal('packages.read'),
    device: z.string(),
    ref: z.string(),
    seconds: z.number(),
    /** Why they could not be read. */
    unavailable: z.string().optional(),
  }),
  /** The python3 of the controller that runs roles without images. */
  z.strictObject({ kind: z.literal('python.read'), python: pythonRecord }),
  z.strictObject({ kind: z.literal('data.placed'), data: z.array(dataRecord) }),
  /** One measurement of each device's clock; a device whose clock could not be read is left out. */
  z.strictObject({
    kind: z.literal('clocks.measured'),
    clocks: z.array(z.strictObject({ device: z.string(), clock: clockOffset })),
  }),
  /** How the boards were set before the first trial or after the last; null when a device could not be read. */
  z.strictObject({
    kind: z.literal('boards.read'),
    when: z.enum(['before', 'after']),
    boards: z.array(z.strictObject({ device: z.string(), board: boardState.nullable() })),
  }),
  z.strictObject({ kind: z.literal('run.stopping'), trial: z.number().int(), reason: z.string() }),
  z.strictObject({
    kind: z.literal('run.ended'),
    run_id: z.string(),
    state: endState,
    folder: z.string(),
    /** Missing where its start and its end are of clocks that were not compared. */
    seconds: z.number().optional(),
    /** The error that ended it early. */
    failure: runFailure.optional(),
  }),
] as const;
