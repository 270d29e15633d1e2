import type { PlacementRecord } from '../../logs/index.js';
import type { ImagePlan, ImageThere, PlacedData, RuntimeName } from '../../deployment/index.js';
import type { PlannedTrial } from './plan-trials.js';

/** All that a run will do, decided before anything is done: what `--dry-run` prints. */
export interface RunPlan {
  experiment: string;
  runtime: RuntimeName;
  placement: PlacementRecord[];
  trials: PlannedTrial[];
  /** Image of each role on its device, with its layers; empty without an engine. */
  images: { role: string; device: string; image: ImagePlan }[];
  /** What each device has of it, by the tags. */
  deliveries: { device: string; images: ImageThere[] }[];
  /** Data of each role on its device: where it lies, and whether it must be sent. */
  data: readonly PlacedData[];
  /** What the user should know before the run. */
  notes: string[];
}
