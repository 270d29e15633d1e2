import { z } from 'zod';

/** A role's name is part of a path, so it has no separator. */
const roleName = z.string().regex(/^[^/\\]+$/);

export const placementRecord = z.object({
  role: roleName,
  rank: z.number().int().describe('Number of the role instance, from 0'),
  device: z.string().describe('Name of the device'),
  pinned: z.literal(true).optional().describe('The user asked for this device (`--place`)'),
  gpu: z.string().optional().describe('The GPU that the role was given, as the device names it'),
  devices: z
    .array(z.string())
    .optional()
    .describe('Device files of the device, or folders of them, that the role was given'),
  network: z
    .literal('host')
    .optional()
    .describe(
      "The role used its device's network (`network: host`): its network metrics count all programs there, and are estimated",
    ),
  restart: z
    .literal('run')
    .optional()
    .describe(
      'Its process stayed for the run and asked for the trials (`restart: run`); missing: a fresh one for each trial',
    ),
});
export type PlacementRecord = z.infer<typeof placementRecord>;

/** Which device played which role in a trial. */
export function placementOf(
  run: { placement: readonly PlacementRecord[] },
  trial: { placement?: readonly PlacementRecord[] | undefined },
): readonly PlacementRecord[] {
  return trial.placement ?? run.placement;
}
