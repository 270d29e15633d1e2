import type { CheckStep, DataEvent, DeliveryEvent, LayerEvent } from '../../deployment/index.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { FindAgainEvent, LeaseEvent } from '../../network/index.js';

type AboutRole = {
  trial: number;
  role: string;
  rank: number;
  device: string;
};

/** What happens in a run, in order: the journal on disk and the live view on screen. */
export type RunEvent =
  | LayerEvent
  | DataEvent
  | DeliveryEvent
  | FindAgainEvent
  | LeaseEvent
  | { kind: 'run.connecting'; devices: string[] }
  | { kind: 'run.device-left-out'; device: string; step: CheckStep; reason: string; next: string }
  | { kind: 'run.dependencies-left-out'; role: string; dependencies: string[] }
  | { kind: 'run.note'; note: string }
  | { kind: 'run.placed'; placement: PlacementRecord[] }
  | { kind: 'run.started'; run_id: string; experiment: string; folder: string; trials: number }
  | {
      kind: 'trial.started';
      trial: number;
      of: number;
      parameters: Record<string, unknown>;
      repeat: number;
      warmup: boolean;
    }
  | ({ kind: 'role.starting' } & AboutRole)
  | ({ kind: 'role.ready' } & AboutRole)
  | ({ kind: 'role.ended'; code: number | null; signal: string | null; reason: string } & AboutRole)
  | { kind: 'role.not-collected'; device: string; reason: string }
  | { kind: 'run.stopping'; trial: number; reason: string }
  | {
      kind: 'trial.ended';
      trial: number;
      of: number;
      state: 'complete' | 'failed' | 'interrupted';
      seconds: number;
    }
  | {
      kind: 'run.ended';
      run_id: string;
      state: 'complete' | 'failed' | 'interrupted';
      folder: string;
      seconds: number;
    };

/** Progress that a screen wants and a journal does not. */
export const isTransient = (event: { kind: string }): boolean =>
  ['layer.line', 'layer.step', 'delivery.progress', 'data.progress'].includes(event.kind);
