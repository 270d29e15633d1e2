import { z } from 'zod';
import { architectures, suggestArchitecture } from '../../network/index.js';
import { coresPattern, parseCores, parseSizeBytes, sizePattern } from './quantities.js';

/** A name of a role, a port, a tag or a folder of data. */
export const identifier = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    'a name starts with a lowercase letter and has lowercase letters, digits, - and _, at most 63 in all',
  );

const architecture = z.enum(architectures, `must be one of ${architectures.join(', ')}`);

const archForm = `must be one or a list of ${architectures.join(', ')}`;
/** With what another name of an architecture, as of `uname -m`, means here. */
function archFault(input: unknown): string {
  const meant = suggestArchitecture([input].flat());
  return meant === '' ? archForm : `${archForm}.${meant}`;
}
const coresForm = 'must be a number of cores of at least 1, such as 2 or ">= 2"';
const memoryForm = 'must be a size such as ">= 1 GB" or "512 MiB", or a number of bytes above 0';
const memoryText = z
  .string()
  .regex(sizePattern, memoryForm)
  .refine((text) => parseSizeBytes(text) !== 0, memoryForm);
const coresText = z
  .string()
  .regex(coresPattern, coresForm)
  .refine((text) => parseCores(text) !== 0, coresForm);
export const device = z
  .strictObject({
    arch: z
      .union([architecture, z.array(architecture).min(1, archForm)], {
        error: ({ input }) => archFault(input),
      })
      .optional()
      .describe('Processor architectures that fit, as Docker names them.'),
    memory: z
      .union([memoryText, z.int(memoryForm).positive(memoryForm)], memoryForm)
      .optional()
      .describe('Least memory: ">= 1 GB", "512 MiB", or a number of bytes.'),
    cores: z
      .union([coresText, z.int(coresForm).positive(coresForm)], coresForm)
      .optional()
      .describe('Least number of cores: 2 or ">= 2".'),
    tags: z.array(identifier).default([]).describe('Tags that the device must all have.'),
    accelerator: z
      .enum(['cuda'], 'must be cuda')
      .optional()
      .describe('An accelerator that the device must have, and that the role gets: the same as gpu: true.'),
  })
  .describe('What a device must have to play this role. Constraints, never names of devices.');
