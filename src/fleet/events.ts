import type { DeliveryEvent, LayerEvent } from '../deployment/index.js';
import type { FindAgainEvent } from '../network/index.js';

/** Events of making, changing and ending a fleet. */
export type FleetEvent =
  | LayerEvent
  | DeliveryEvent
  | FindAgainEvent
  | { kind: 'fleet.starting'; member: string; address: string; why: string }
  | { kind: 'fleet.replacing'; member: string; why: string }
  | { kind: 'fleet.changing'; member: string; why: string }
  | { kind: 'fleet.rotating'; step: number; of: number }
  | { kind: 'fleet.joined'; member: string; address: string }
  /** A device that does not run tasks of a job, because it did not get the job's base image. */
  | { kind: 'fleet.no-base'; member: string; base: string; why: string }
  | { kind: 'fleet.removed'; member: string; purged: boolean }
  | { kind: 'fleet.store-making'; fleet: string }
  | { kind: 'fleet.store-changing'; fleet: string }
  | { kind: 'fleet.copying'; copiedBytes: number; ofBytes: number }
  | { kind: 'fleet.replicating'; lacking: number }
  | { kind: 'fleet.drill'; drill: string; number: number; of: number; does: string }
  | {
      kind: 'fleet.drilled';
      drill: string;
      state: 'passed' | 'failed' | 'not-checked';
      why: string[];
      seconds: number;
    }
  | { kind: 'fleet.not-put-back'; fault: string };
