/** Readings of one member at one time; null where it told none. */
export interface Reading {
  readonly timeMs: number;
  readonly cpuPercent: number | null;
  readonly memoryUsedBytes: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
}
