import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import { checkYaml, type Fault, formatFault, type PathFault } from '../../workspace/index.js';
import { checkName } from '../files/index.js';
import { batchSize, inferenceModel } from '../jobs/index.js';
import { isOfOneUser } from './shared-name.js';

/** A larger file is refused without being parsed. */
const maxFileBytes = 100_000;
const loaderForm = 'must be a file beside this one and a function in it, such as my_model.py:load';
const sideForm = 'must be a whole number of pixels, at least 1';
const batchForm = 'must be a whole number from 1 to 4096';
const storeForm =
  'must be the name of a file in the store, such as models/mine/weights.pt; not below private/ or jobs/';

const storeName = z.string(storeForm).refine(isStoreName, storeForm);
const side = z.int(sideForm).min(1, sideForm).max(100_000, sideForm);

/** `models/<name>.yaml`. It validates, and generates model.schema.json next to it. */
export const modelFileSchema = z.strictObject({
  description: z.string().max(500).default('').describe('What it is, in one line.'),
  loader: z
    .string(loaderForm)
    .refine((text) => inferenceModel.shape.loader.safeParse(text).success, loaderForm)
    .describe('File beside this one, and the function in it that loads the model.'),
  base: z
    .string('must be the name of a base image such as torch')
    .min(1, 'must not be empty')
    .max(100)
    .default('torch')
    .describe('The base image in which its processes run, on fleets whose tasks run in containers.'),
  input: z.strictObject({ width: side, height: side }).describe("Size of the network's input, in pixels."),
  batch_size: z
    .int(batchForm)
    .refine((size) => batchSize.safeParse(size).success, batchForm)
    .default(8)
    .describe('Images in a batch, unless `collab infer batch-size` says otherwise.'),
  weights: storeName.optional().describe('File of the store with its weights.'),
  classes: storeName.optional().describe('File of the store with the names of its classes, as a JSON list.'),
  task: z
    .enum(['classify', 'detect'])
    .default('classify')
    .describe('What it says of an image: classes, or boxes.'),
});
export type ModelFile = z.output<typeof modelFileSchema>;

/** JSON Schema (draft 2020-12) of a model's file, for editors: what model.schema.json holds. */
export function modelFileJsonSchema(): Record<string, unknown> {
  return { title: 'A model of collab', ...z.toJSONSchema(modelFileSchema, { io: 'input' }) };
}

/**
 * Reads the text of a model's file.
 * @param files names of the files beside it, one of which has its loader
 */
export const checkModelFile = (name: string, text: string, files: readonly string[]) =>
  checkYaml(text, {
    fileName: `${name}.yaml`,
    maxBytes: maxFileBytes,
    schema: modelFileSchema,
    others: (file) => loaderFaults(file, files),
  });

function loaderFaults({ loader }: ModelFile, files: readonly string[]): PathFault[] {
  const [file = ''] = loader.split(':');
  if (files.includes(file)) return [];
  const known = files.length === 0 ? 'there are none' : `there are ${files.join(', ')}`;
  return [{ path: ['loader'], message: `there is no ${file} beside it; ${known}` }];
}

export function invalidModel(path: string, faults: readonly Fault[]): CollabError {
  return new CollabError('model-invalid', {
    what: `${path} has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`,
    why: faults.map(formatFault).join('\n'),
    next: 'Fix them. The file is described in: collab docs inference',
    exitCode: ExitCode.usage,
  });
}

/** Devices read what all users share. */
function isStoreName(name: string): boolean {
  if (isOfOneUser(name)) return false;
  try {
    checkName(name);
    return true;
  } catch {
    return false;
  }
}
