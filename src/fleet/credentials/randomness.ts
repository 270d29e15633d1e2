import { randomBytes } from 'node:crypto';

/** Passed as a parameter, so that tests know what is drawn. */
export type RandomBytes = (count: number) => Buffer;

export const systemRandom: RandomBytes = (count) => randomBytes(count);
