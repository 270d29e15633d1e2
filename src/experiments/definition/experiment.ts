import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { parseYaml, readFileIfThere } from '../../workspace/index.js';
import { crossFaults } from './cross-checks.js';
import { dataFoldersOf } from './data-checks.js';
import { type Fault, formatFault, type PathFault, schemaFaults } from './faults.js';
import { folderId, listFolder } from './folder.js';
import { type ExperimentDefinition, resolveDefinition } from './resolve.js';
import { exactValues, valueFaults } from './parameter-values.js';
import { experimentSchema, type Scalar, valuesForm } from './schema.js';
import { didYouMean } from './similar.js';

const fileName = 'experiment.yaml';
/** A larger experiment.yaml is refused without being parsed. */
const maxFileBytes = 1_000_000;

export interface LoadOptions {
  /** Whether a base image of this flavor exists. */
  hasFlavor: (flavor: string) => boolean;
  /** Names of the experiments that exist, for the message when this one does not. */
  known?: readonly string[];
}

/** One folder of `TestCases/`: a valid experiment.yaml and the user's code. */
export class Experiment {
  private constructor(
    readonly name: string,
    readonly folder: string,
    readonly definition: ExperimentDefinition,
    /** SHA-256 (hex) over the relative paths and contents of the folder's files. */
    readonly id: string,
    /** Relative paths with `/`, sorted. */
    readonly files: readonly string[],
  ) {}

  /**
   * Reads and checks an experiment.
   * @throws CollabError `experiment-missing` when there is none, `experiment-invalid` with every fault and its line.
   */
  static async load(folder: string, options: LoadOptions): Promise<Experiment> {
    const checked = await check(folder, options);
    if (checked.definition === null) throw invalid(folder, checked.faults);
    const { definition, files } = checked;
    return new Experiment(definition.name, folder, definition, await folderId(folder, files), files);
  }
}

/** All faults of an experiment, in the order of its lines; empty when it is valid. */
export async function checkFolder(folder: string, options: LoadOptions): Promise<Fault[]> {
  return (await check(folder, options)).faults;
}

interface Checked {
  definition: ExperimentDefinition | null;
  files: string[];
  faults: Fault[];
}

async function check(folder: string, options: LoadOptions): Promise<Checked> {
  const text = await readText(folder);
  if (text === null) throw missing(folder, options.known ?? []);
  const yaml = text.length > maxFileBytes ? null : await parseYaml(text);
  const { files, leftOut, faults } = await listFolder(folder, dataFoldersOf(yaml?.value));
  const whole = (message: string, line: number | null) =>
    faults.push({ file: fileName, line, path: '', message });
  if (yaml === null) whole(`is larger than ${maxFileBytes / 1e6} MB`, null);
  else if (text.trim() === '') whole('is empty', null);
  if (yaml === null || faults.some((fault) => fault.file === fileName))
    return { definition: null, files, faults };

  for (const fault of yaml.faults) whole(fault.message, fault.line);
  if (yaml.faults.length > 0) return { definition: null, files, faults };

  const parsed = experimentSchema.safeParse(yaml.value);
  const parameters = exactValues(yaml);
  const ofValues = valueFaults(parameters);
  // Of a value that is none, the schema says only what it is not.
  const isSaid = ({ path: [first, name], message }: PathFault) =>
    first === 'parameters' &&
    [valuesForm, 'has no value'].includes(message) &&
    ofValues.some(({ path }) => path[1] === name);
  const found = [
    ...(parsed.success ? [] : schemaFaults(parsed.error, yaml.value).filter((fault) => !isSaid(fault))),
    ...ofValues,
    ...crossFaults(yaml.value, {
      files,
      leftOut,
      hasFlavor: options.hasFlavor,
      kindOf: (path) => kindAt(resolve(folder, path)),
    }),
  ];
  const placed = found.map(({ path, message }) => ({
    file: fileName,
    line: yaml.lineOf(path),
    path: path.join('.'),
    message,
  }));
  placed.sort((a, b) => a.line - b.line);
  faults.unshift(...placed);
  const definition =
    parsed.success && faults.length === 0
      ? resolveDefinition(parsed.data, parameters as Record<string, Scalar>)
      : null;
  return { definition, files, faults };
}

function kindAt(path: string): 'folder' | 'file' | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : found.isDirectory() ? 'folder' : 'file';
}

async function readText(folder: string): Promise<string | null> {
  try {
    return await readFileIfThere(join(folder, fileName));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG') return null;
    throw error;
  }
}

function missing(folder: string, known: readonly string[]): CollabError {
  const name = basename(folder);
  const list =
    known.length === 0 ? 'There are no experiments yet.' : `Experiments here: ${known.join(', ')}.`;
  return new CollabError('experiment-missing', {
    what: `There is no experiment ${JSON.stringify(name)}.${didYouMean(name, known)}`,
    why: `${join(folder, fileName)} does not exist. ${list}`,
    next: 'Give the name of a folder of TestCases/, or the path of a folder with an experiment.yaml.',
    exitCode: ExitCode.usage,
  });
}

function invalid(folder: string, faults: readonly Fault[]): CollabError {
  const name = basename(folder);
  return new CollabError('experiment-invalid', {
    what: `The experiment ${JSON.stringify(name)} has ${faults.length} fault${faults.length === 1 ? '' : 's'}.`,
    why: faults.map(formatFault).join('\n'),
    next: `Fix them in ${folder}, and check with: collab validate ${name}`,
    exitCode: ExitCode.usage,
  });
}
