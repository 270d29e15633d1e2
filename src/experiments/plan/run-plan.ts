import type { ImagePlan, PlacedData, RuntimeName } from '../../deployment/index.js';
import type { PlacementRecord } from '../../logs/index.js';
import { type ExperimentDefinition, maxInstances } from '../definition/index.js';
import { startOrder } from './peers.js';
import {
  type DeviceImagePlan,
  type KnownImages,
  planBuilds,
  type PlannedBuild,
  planDeliveries,
} from './plan-images.js';
import type { PlannedTrials } from './plan-trials.js';
import { checkStartedOnce } from './started-once.js';
import type { PlannedTrial } from './trial-order.js';

/** All that a run will do, decided before anything is done: `--dry-run` prints it, and a run carries it out. */
export interface RunPlan {
  experiment: string;
  /** Name of the LAN; null on this machine alone. */
  lan: string | null;
  runtime: RuntimeName;
  placement: PlacementRecord[];
  /** Roles that start together, group after group. */
  order: string[][];
  trials: PlannedTrial[];
  sweep: SweepPlan;
  /** Image of each role on its device, with its layers; empty without an engine. */
  images: { role: string; device: string; image: ImagePlan }[];
  /** Layers that are built first. */
  builds: PlannedBuild[];
  /** What each device has of its images, and what it is sent. */
  deliveries: { device: string; images: DeviceImagePlan[] }[];
  /** Data of each role on its device: where it is, and whether it must be sent. */
  data: readonly PlacedData[];
  /** Dependencies that nothing installs, because the roles run without images. */
  dependenciesLeftOut: { role: string; dependencies: string[] }[];
  /** What the user should know before the run. */
  notes: string[];
}

/** How the trials follow each other, and what happens after one that did not complete. */
export interface SweepPlan extends Pick<PlannedTrials, 'order' | 'seed' | 'stopWhen' | 'counted'> {
  onFailure: 'continue' | 'stop';
  onLoss: 'stop' | 'continue' | 'wait';
}

/** What the user changes of it for one run. */
export interface SweepOverrides {
  onFailure?: SweepPlan['onFailure'] | undefined;
  onLoss?: SweepPlan['onLoss'] | undefined;
}

/** What is known about the devices that play the roles; a plan depends on nothing else. */
export interface Learned {
  lan: string | null;
  runtime: RunPlan['runtime'];
  placement: readonly PlacementRecord[];
  /** Null without an engine. */
  images: KnownImages | null;
  data: readonly PlacedData[];
  notes: readonly string[];
}

/**
 * Decides what a run does on devices of which this was learned.
 * @throws CollabError `started-once` for a command that would differ between the trials of one process
 */
export function planRun(
  definition: ExperimentDefinition,
  { trials, order, seed, stopWhen, counted }: PlannedTrials,
  { lan, runtime, placement, images, data, notes }: Learned,
  { onFailure, onLoss }: SweepOverrides = {},
): RunPlan {
  checkStartedOnce(definition, trials);
  return {
    experiment: definition.name,
    lan,
    runtime,
    placement: [...placement],
    order: startOrder(definition).map((group) => group.map(({ name }) => name)),
    trials,
    sweep: {
      order,
      seed,
      stopWhen,
      counted,
      onFailure: onFailure ?? definition.onFailure ?? (trials.length > 1 ? 'continue' : 'stop'),
      onLoss: onLoss ?? definition.onLoss,
    },
    images: (images?.images ?? []).map(({ role, device, known }) => ({ role, device, image: known.plan })),
    builds: images === null ? [] : planBuilds(images),
    deliveries: images === null ? [] : planDeliveries(images),
    data,
    dependenciesLeftOut: images === null ? declaredDependencies(definition) : [],
    notes: [...notes, ...countNotes(definition, placement), ...networkNotes(definition)],
  };
}

/** How many instances a role with a count such as 1..n has. */
function countNotes({ roles }: ExperimentDefinition, placement: readonly PlacementRecord[]): string[] {
  return roles.flatMap(({ name, count, most }) => {
    if (most === null) return [];
    const placed = placement.filter(({ role }) => role === name).length;
    const bounds = `${count}..${most === maxInstances ? 'n' : most}`;
    return [
      `${name} (count: ${bounds}) has ${placed} instance${placed === 1 ? '' : 's'}: each beyond the first ${count} has a device to itself.`,
    ];
  });
}

function networkNotes({ roles }: ExperimentDefinition): string[] {
  const names = roles.filter(({ network }) => network === 'host').map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `network: host for ${names.join(', ')}: the network of the device, in which nothing is published. Network metrics count all programs there, and are estimated.`,
  ];
}

function declaredDependencies({ roles }: ExperimentDefinition): RunPlan['dependenciesLeftOut'] {
  return roles.flatMap(({ name, dependencies: { apt, pip, requirements } }) => {
    const dependencies = [...apt, ...pip, ...(requirements === null ? [] : [requirements])];
    return dependencies.length === 0 ? [] : [{ role: name, dependencies }];
  });
}
