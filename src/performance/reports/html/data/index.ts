/** Data blocks that the page's scripts read. Only types, because Node and browser code are compiled separately. */
export interface SeriesData {
  readonly charts: readonly ChartData[];
  /** Number, start and end of each trial, in seconds since the start of the run. */
  readonly trials: readonly (readonly [number: number, beginS: number, endS: number])[];
}

export interface ChartData {
  readonly device: string;
  /** Identifies the chart within its device. */
  readonly chart: string;
  /** The vertical axis, without its unit. */
  readonly words: string;
  readonly unit: string;
  readonly series: readonly LineData[];
}

/** One line: a value per time. */
export interface LineData {
  readonly name: string;
  /** Seconds since the start of the run. */
  readonly t: readonly number[];
  /** Indexes at which a new trial starts, where the line is interrupted. */
  readonly parts: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly mean: readonly number[];
}

/** A trial; times in microseconds since its first span, roles as lane indexes, names as indexes into `names`. */
export interface TimelineData {
  readonly beginS: number;
  readonly lanes: readonly {
    readonly instance: string;
    readonly device: string;
    /** 0 on the controller, null if the clock was not measured. */
    readonly errorMs: number | null;
    readonly rows: number;
  }[];
  readonly names: readonly string[];
  readonly spans: readonly (readonly [
    lane: number,
    row: number,
    name: number,
    part: string,
    start: number,
    duration: number,
    frame: string,
  ])[];
  readonly transfers: readonly (readonly [
    from: number,
    to: number,
    start: number,
    end: number,
    error: number | null,
    frame: string,
  ])[];
  readonly frames: readonly (readonly [name: string, start: number, end: number])[];
  readonly leftOut: number;
}
