import type { RunRecord, TrialRecord } from '../../logs/index.js';
import type { Interval } from '../statistics/index.js';
import type { Combination, Outcome } from './combinations.js';
import { leftOutText, type MetricLeftOut } from './left-out.js';

/** The figure of a quantity at a combination of parameter values, which every command and report shows. */
export interface Figure {
  /** Mean of the medians of the repeats; of a single repeat, the median of its rows. */
  readonly mean: number;
  /** 95 % interval of that mean; null for a single repeat. */
  readonly interval: Interval | null;
  /** Repeats that have a value, of all repeats of the combination. */
  readonly repeats: number;
  readonly ofRepeats: number;
  /** Values of all repeats, of as many as the quantity with most values has. */
  readonly n: number;
  readonly ofN: number;
  /** False if medians are only known within 0.05 %. */
  readonly exact: boolean;
  /** Whether the quantity has values that are in no figure. */
  readonly lacksValues: boolean;
}

/** A figure, or null without a single value; and what a reader of it must know, as sentences without an end. */
export interface ResultsCell {
  readonly figure: Figure | null;
  readonly remarks: readonly string[];
}

export interface ResultsRow {
  readonly run: RunRecord;
  readonly parameters: TrialRecord['parameters'];
  readonly repeats: number;
  /** Values of the quantity that has most. */
  readonly n: number;
  /** In the order of the quantities of the table. */
  readonly cells: readonly ResultsCell[];
}

/** What one role recorded: a row per run and combination of parameter values, and a figure per quantity. */
export interface ResultsTable {
  readonly role: string;
  readonly parameters: readonly string[];
  readonly quantities: readonly string[];
  readonly rows: readonly ResultsRow[];
}

/** What a run contributes to the table; an `OpenedRun` is one. */
interface Recorded {
  readonly record: RunRecord;
  readonly combinations: readonly Combination[];
  readonly leftOut: readonly MetricLeftOut[];
}

/** The table of each role that recorded a quantity, in order of first appearance, over all runs. */
export function resultsTables(runs: readonly Recorded[]): ResultsTable[] {
  const all = runs.flatMap(({ combinations }) => combinations);
  return [...new Set(all.map(({ role }) => role))].map((role) => {
    const own = all.filter((one) => one.role === role);
    const quantities = quantitiesOf(own);
    return {
      role,
      parameters: [...new Set(own.flatMap(({ parameters }) => Object.keys(parameters)))],
      quantities,
      rows: runs.flatMap(({ record, combinations, leftOut }) =>
        combinations
          .filter((one) => one.role === role)
          .map((one) => ({
            run: record,
            parameters: one.parameters,
            repeats: one.trials.length,
            n: mostValues(one),
            cells: quantities.map((quantity) => cellOf(one, quantity, leftOut)),
          })),
      ),
    };
  });
}

/** Names of what was recorded, in order of first appearance. */
export function quantitiesOf(own: readonly Combination[]): string[] {
  return [...new Set(own.flatMap(({ outcomes }) => outcomes.map(({ quantity }) => quantity)))];
}

/** The greatest number of values of a quantity. */
export function mostValues({ outcomes }: Combination): number {
  return Math.max(0, ...outcomes.map(({ n }) => n));
}

export function figureOf(one: Combination, quantity: string): Figure | null {
  const found = one.outcomes.find((outcome) => outcome.quantity === quantity);
  return found === undefined ? null : figureFrom(found, one);
}

/**
 * What the figures of some combinations are.
 * @param repeats of each of them
 */
export function figuresText(repeats: readonly number[], plusMinus = '+-'): string {
  return repeats.every((one) => one === 1)
    ? 'median of its rows'
    : `mean of the medians of the repeats, ${plusMinus} half the 95 % interval`;
}

function figureFrom({ overRepeats, n, exact, leftOut }: Outcome, one: Combination): Figure {
  const { mean, interval, n: repeats } = overRepeats;
  const lacksValues = leftOut.values > 0;
  return {
    mean,
    interval,
    repeats,
    ofRepeats: one.trials.length,
    n,
    ofN: mostValues(one),
    exact,
    lacksValues,
  };
}

function cellOf(one: Combination, quantity: string, leftOut: readonly MetricLeftOut[]): ResultsCell {
  const figure = figureOf(one, quantity);
  const lacking = leftOut.find(
    ({ of, role, metric, parameters }) =>
      of === 'results' && role === one.role && metric === quantity && parameters === one.parameters,
  );
  return {
    figure,
    remarks: [...(figure === null ? [] : remarksOf(figure)), ...(lacking ? lackingText(lacking) : [])],
  };
}

function remarksOf({ repeats, ofRepeats, n, ofN, exact }: Figure): string[] {
  return [
    ...(repeats < ofRepeats ? [`over ${repeats} of ${ofRepeats} repeats`] : []),
    ...(n < ofN ? [`n = ${n}`] : []),
    ...(exact ? [] : ['medians are known within 0.05 %']),
  ];
}

/** What a metric lacks: `8 of 40 values are in no figure: 8 text ('timeout')`, `no value in trial 3`. */
export function lackingText({ n, leftOut, missingTrials }: MetricLeftOut): string[] {
  const { values } = leftOut;
  return [
    ...(values === 0 ? [] : [`${values} of ${n + values} values are in no figure: ${leftOutText(leftOut)}`]),
    ...(missingTrials.length === 0 ? [] : [`no value in trial ${missingTrials.join(', ')}`]),
  ];
}
