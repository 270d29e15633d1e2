import { z } from 'zod';
import type { WrittenNumber } from '../../workspace/index.js';

/** The most trials that one run may have: combinations times (repeats + warmup). */
export const maxTrials = 100_000;

/** Seeds have 32 bits, as the generator that they start. */
export const maxSeed = 2 ** 32 - 1;

export const parameterName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,62}$/,
    'a parameter name starts with a letter and has letters, digits, - and _, at most 63 in all',
  );

const scalar = z.union([z.number(), z.string(), z.boolean()]);
/** A value of a parameter, as it was written. */
export type Scalar = z.infer<typeof scalar> | WrittenNumber;
export const valuesForm =
  'must be a number, text, true or false, a list of these that is not empty, or a range such as { from: 1, to: 9, step: 2 }';

const range = z
  .strictObject({
    from: z.number(),
    to: z.number().describe('Included, if a step ends there.'),
    step: z.number().optional().describe('Default for whole numbers: 1.'),
    log: z.int().min(2).optional().describe('How many values, each by the same factor above the one before.'),
  })
  .describe('A range of numbers: with step, or with log.');

const combinationForm = 'must be a map of parameters and one value for each';
const combination = z.record(parameterName, scalar, combinationForm);
const combinationsForm = 'must be a list of maps such as [{ split: 2, codec: raw }]';

const metricForm = 'must be a metric such as total_ms or client.total_ms';
const metricName = (form: string) =>
  z
    .string(form)
    .max(200)
    .regex(/^[^\s\p{Cc},]+$/u, form);
const primaryForm = `${metricForm}, or a list of them`;
const primaryName = metricName(primaryForm);

const equalForm =
  'must be a result such as accuracy or client.accuracy, one with a tolerance such as { name: accuracy, within: 0.001 }, or a list of them';
const equalName = metricName(equalForm);
const withinForm = 'must be a number of 0 or more: how far the values may be apart';
const equalResult = z.union(
  [
    equalName,
    z.strictObject({
      name: equalName,
      within: z
        .number(withinForm)
        .min(0, withinForm)
        .optional()
        .describe('How far numbers may be apart. Default: not at all.'),
    }),
  ],
  equalForm,
);

const intervalForm = 'must be a percentage above 0 and up to 100, such as "5 %"';
export const intervalPattern = /^(\d+(?:\.\d+)?) ?%$/;

const stopWhen = z
  .strictObject({
    metric: metricName(metricForm).describe('total_ms, or client.total_ms for one role.'),
    interval: z
      .string(intervalForm)
      .regex(intervalPattern, intervalForm)
      .refine((text) => {
        const percent = Number(intervalPattern.exec(text)?.[1] ?? 1);
        return percent > 0 && percent <= 100;
      }, intervalForm)
      .describe('Half the width of the 95 % interval, as a share of the mean of the medians of the repeats.'),
    at_least: z.int().min(2).max(maxTrials).default(5).describe('Fewest measured repeats.'),
    at_most: z.int().min(2).max(maxTrials).default(50).describe('Most measured repeats.'),
  })
  .describe('Repeats of a combination end when its figure is known this well. Instead of `repeats`.');

/** The keys of experiment.yaml that say which trials there are, and in which order. */
export const sweepKeys = {
  parameters: z
    .record(parameterName, z.union([scalar, z.array(scalar).min(1, valuesForm), range], valuesForm))
    .default({})
    .describe('Every combination of the values is a trial.'),
  combinations: z
    .array(combination, combinationsForm)
    .min(1, combinationsForm)
    .optional()
    .describe('Combinations of some parameters, instead of all of their values with each other.'),
  exclude: z
    .array(combination, combinationsForm)
    .optional()
    .describe('Combinations that do not run: each that has all values of one of these maps.'),
  primary: z
    .union([primaryName, z.array(primaryName).min(1, primaryForm)], primaryForm)
    .optional()
    .describe(
      'Metrics that decide when runs are compared: total_ms, or client.total_ms for one role. Named before the runs.',
    ),
  equal: z
    .union([equalResult, z.array(equalResult).min(1, equalForm)], equalForm)
    .optional()
    .describe(
      'Results that must be the same in every lab, row by row: accuracy, or client.accuracy for one role. For collab replicate.',
    ),
  repeats: z.int().min(1).max(maxTrials).default(1).describe('Measured repeats of every combination.'),
  warmup: z.int().min(0).max(maxTrials).default(0).describe('Repeats before them that do not count.'),
  stop_when: stopWhen.optional(),
  order: z
    .enum(['interleaved', 'sequential', 'random'], 'must be interleaved, sequential or random')
    .default('interleaved')
    .describe(
      'interleaved: a repeat of every combination, then the next one of every combination; random: the same, each round in an order of its own; sequential: all repeats of a combination, then the next combination.',
    ),
  seed: z
    .int()
    .min(0)
    .max(maxSeed)
    .optional()
    .describe('Seed of the random order. Default: drawn for each run, and recorded.'),
};
