import { z } from 'zod';
import { WrittenNumber } from '../../workspace/index.js';

/** A value of a parameter; a number that a double would change is a WrittenNumber in memory, and a number in JSON. */
export const parameterValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.custom<WrittenNumber>((value) => value instanceof WrittenNumber).meta({ type: 'number' }),
]);
