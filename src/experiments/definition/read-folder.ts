import { basename, join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { parseYaml, readFileIfThere } from '../../workspace/index.js';
import { dataFoldersOf } from './data-checks.js';
import { type Fault, formatFault, schemaFaults } from './faults.js';
import { folderId, listFolder } from './folder.js';
import { exactAt, exactValues, valueFaults } from './parameter-values.js';
import { type ExperimentDefinition, resolveDefinition } from './resolve.js';
import { experimentSchema } from './schema.js';
import { spaceOf, sweepFindings } from './sweep-checks.js';

const fileName = 'experiment.yaml';
const maxFileBytes = 1_000_000;

/** An experiment as its folder has it, which may lack what a run here needs, such as data or a base. */
export interface FolderExperiment {
  name: string;
  folder: string;
  definition: ExperimentDefinition;
  /** As of `Experiment`. */
  id: string;
  files: readonly string[];
}

/**
 * Reads an experiment from elsewhere: what can be known from its folder alone.
 * @throws CollabError `experiment-missing`, `experiment-invalid` with every fault of its form and of its files
 */
export async function readFolder(folder: string): Promise<FolderExperiment> {
  const text = await readFileIfThere(join(folder, fileName)).catch(() => null);
  if (text === null) throw missing(folder);
  if (text.length > maxFileBytes) throw invalid(folder, [whole('is larger than 1 MB', null)]);
  const yaml = await parseYaml(text);
  const { files, faults } = await listFolder(folder, dataFoldersOf(yaml.value));
  if (yaml.faults.length > 0)
    throw invalid(folder, [...yaml.faults.map(({ message, line }) => whole(message, line)), ...faults]);
  const parsed = experimentSchema.safeParse(yaml.value);
  const written = {
    parameters: exactValues(yaml),
    combinations: exactAt(yaml, ['combinations']),
    exclude: exactAt(yaml, ['exclude']),
  };
  const found = [
    ...(parsed.success ? [] : schemaFaults(parsed.error, yaml.value)),
    ...valueFaults(written.parameters),
    ...sweepFindings(yaml.value, written).faults,
  ];
  const placed = found.map(({ path, message }) => ({
    file: fileName,
    line: yaml.lineOf(path),
    path: path.join('.'),
    message,
  }));
  if (!parsed.success || placed.length > 0 || faults.length > 0)
    throw invalid(folder, [...placed, ...faults]);
  const definition = resolveDefinition(parsed.data, spaceOf(written));
  return { name: definition.name, folder, definition, id: await folderId(folder, files), files };
}

const whole = (message: string, line: number | null): Fault => ({ file: fileName, line, path: '', message });

function missing(folder: string): CollabError {
  return new CollabError('experiment-missing', {
    what: `There is no experiment in ${folder}.`,
    why: `The folder of an experiment has an ${fileName}.`,
    next: 'Give the folder of an experiment.',
    exitCode: ExitCode.usage,
  });
}

function invalid(folder: string, faults: readonly Fault[]): CollabError {
  return new CollabError('experiment-invalid', {
    what: `The experiment ${JSON.stringify(basename(folder))} has ${faults.length} fault${faults.length === 1 ? '' : 's'}.`,
    why: faults.map(formatFault).join('\n'),
    next: 'Ask its author to correct it, and to check it with: collab validate',
    exitCode: ExitCode.usage,
  });
}
