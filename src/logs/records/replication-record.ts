import { z } from 'zod';
import { parameterValues } from './run-record.js';

/** One of the two runs of a replication. */
const judgedRun = z.object({
  run_id: z.string(),
  experiment: z.string().describe('Name of its experiment'),
  experiment_id: z.string().describe("Hash of the content of the experiment's folder; empty if not known"),
  started_at: z.string(),
  lan: z.string().nullable().describe('Name of its LAN; null for a local run'),
  collab_version: z.string().nullable(),
  verdict: z.enum(['VALID', 'DOUBTFUL']).describe('Whether its own numbers can be relied on'),
});

const judgedMetric = z.object({
  role: z.string(),
  of: z.enum(['results', 'roles']).describe('Whether the role recorded it, or it is a total of the wrapper'),
  metric: z.string(),
  unit: z.string().nullable(),
  parameters: parameterValues.describe('Those that vary within the runs'),
  decides: z.boolean().describe('Whether the verdict depends on it'),
  repeats: z.object({ original: z.number().int(), replication: z.number().int() }),
  original: z.number().describe('Mean over the repeats, each with the median of its rows'),
  replication: z.number().nullable().describe('The same of the replication; null if it is missing there'),
  difference: z.number().nullable().describe('Replication minus original'),
  relative: z
    .number()
    .nullable()
    .describe(
      'By which share the replication is larger: the median of the ratios of all pairs of repeats, minus 1; null if the original has values of 0 or of both signs',
    ),
  relative_low: z.number().nullable().describe('95 % interval of `relative`; null for too few repeats'),
  relative_high: z.number().nullable(),
  p_adjusted: z
    .number()
    .nullable()
    .describe(
      'Mann-Whitney against the nearer border of +- `within`, corrected for the metrics that decide (or for the others); null if it was not tested',
    ),
  finding: z
    .enum(['same', 'different', 'undecided', 'too few', 'no share', 'missing', 'not measured'])
    .describe(
      '`same`: the whole interval lies within; `different`: it lies outside, and `p_adjusted` is below 5 %; `too few`: there is no interval for so few repeats; `no share`: `relative` is null; `missing`: not recorded in complete trials of the replication; `not measured`: the replication has no complete trial with these parameters',
    ),
  needed_repeats: z
    .number()
    .int()
    .nullable()
    .describe(
      'For `undecided`: repeats of the replication that decide in 4 of 5 cases if the true difference is the measured one. For `too few`: the fewest that can decide. Null if no number does, and for other findings',
    ),
});

const judgedEqual = z.object({
  name: z.string().describe('As experiment.yaml has it'),
  role: z.string().nullable().describe('The role that recorded it; null if none did'),
  within: z.number().describe('Absolute tolerance'),
  compared: z.number().int().describe('Values that were compared, and missing ones'),
  different: z.number().int(),
  repeats: z.number().int().describe('Repeats of combinations that were compared'),
  uncompared: z.number().int().describe('Repeats that the original has, and the replication does not'),
  finding: z.enum(['equal', 'different', 'not compared']),
  first: z
    .object({
      parameters: parameterValues,
      repeat: z.number().int().describe('From 0'),
      rank: z.number().int(),
      row: z.number().int().describe('From 1, among the rows that have the result'),
      original: z.string().nullable().describe('As JSON; null if there is no such row'),
      replication: z.string().nullable(),
    })
    .nullable()
    .describe('The first difference'),
});

/** replication.json in the folder of a run that replicates another one. */
export const replicationRecord = z.object({
  format: z.literal(1).describe('Format of this file'),
  judged_at: z.string(),
  verdict: z.enum(['REPRODUCED', 'DIFFERENT', 'TOO FEW']),
  reasons: z.array(z.string()).describe('Why, in sentences'),
  within: z.number().describe('How far a metric may be from the original, as a share of it'),
  original: judgedRun,
  replication: judgedRun,
  deciding: z
    .object({
      source: z.enum(['experiment', 'caller', 'both', 'default']),
      names: z.array(z.string()).describe('Empty for all results that were recorded'),
    })
    .describe('Who named the metrics that decide'),
  metrics: z.array(judgedMetric).describe('Those that decide first'),
  equal: z.array(judgedEqual).describe('Results that must be the same (`equal:` of the experiment)'),
  differs: z
    .array(
      z.object({
        about: z.string(),
        what: z.string(),
        original: z.string().nullable(),
        replication: z.string().nullable(),
      }),
    )
    .describe('What differs in how the two ran. Not a proven cause'),
  doubts: z
    .array(z.object({ run: z.enum(['original', 'replication']), check: z.string(), text: z.string() }))
    .describe('Doubts about the numbers of each run'),
});
export type ReplicationRecord = z.infer<typeof replicationRecord>;
