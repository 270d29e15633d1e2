/** What the page's scripts read from its data blocks. Types only, as both sides are compiled for different machines. */
export interface SeriesData {
  readonly charts: readonly ChartData[];
  /** Number, begin and end of each trial, seconds since the start of the run. */
  readonly trials: readonly (readonly [number: number, beginS: number, endS: number])[];
}

export interface ChartData {
  readonly device: string;
  /** Names the chart within its device. */
  readonly chart: string;
  readonly unit: string;
  readonly series: readonly LineData[];
}

/** One line: a value per time. */
export interface LineData {
  readonly name: string;
  /** Seconds since the start of the run. */
  readonly t: readonly number[];
  /** Where a stretch without a gap begins. */
  readonly parts: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly mean: readonly number[];
}

/** A trial; times in microseconds since its first span, roles by their lanes, names by their places in `names`. */
export interface TimelineData {
  readonly beginS: number;
  readonly lanes: readonly {
    readonly instance: string;
    readonly device: string;
    /** 0 on the controller, null where the clock was not measured. */
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
