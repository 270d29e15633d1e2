/**
 * A duration and its error bound due to the clocks; null if a clock that matters was not measured. With true times, the
 * duration would be within the bound if every clock is within its own error and keeps its error for the length of a frame.
 */
export interface Amount {
  readonly ms: number;
  readonly errorMs: number | null;
}
