import { z } from 'zod';
import { durationInstead, durationPattern, parseDurationS } from './duration.js';

/** A duration with its unit, between two bounds that the message names; `usual` is the example in the message. */
export function durationSchema(least: string, most: string, usual: string) {
  const form = `must be a duration with its unit, such as "${usual}" (units: ms, s, m, h)`;
  const error = ({ input }: { input?: unknown }) => {
    const instead = typeof input === 'string' ? durationInstead(input) : null;
    return instead === null ? form : `must be a duration with one unit: write "${instead}"`;
  };
  return z
    .string(form)
    .regex(durationPattern, { error })
    .refine((text) => {
      const valueS = parseDurationS(text);
      return (
        valueS === null || (valueS >= (parseDurationS(least) ?? 0) && valueS <= (parseDurationS(most) ?? 0))
      );
    }, `must lie between ${least} and ${most}`);
}
