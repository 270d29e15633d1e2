import { basename, join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { didYouMean, parseYaml, readFileIfThere } from '../../workspace/index.js';
import { checkContext, type KnownBases, namedFiles } from './check-context.js';
import { crossFaults, crossRemarks } from './cross-checks.js';
import { dataFoldersOf } from './data-checks.js';
import { type Fault, formatFault, type PathFault, schemaFaults } from './faults.js';
import { folderId, listFolder } from './folder.js';
import { checkPythonSyntax } from './python-syntax.js';
import { type ExperimentDefinition, resolveDefinition } from './resolve.js';
import { remarksOf } from './parameter-remarks.js';
import { exactAt, exactValues, valueFaults } from './parameter-values.js';
import { experimentSchema } from './schema.js';
import { spaceOf, sweepFindings } from './sweep-checks.js';
import { valuesForm } from './sweep-schema.js';

const fileName = 'experiment.yaml';
/** A larger experiment.yaml is refused without being parsed. */
const maxFileBytes = 1_000_000;

export interface LoadOptions extends KnownBases {
  /**
   * Whether python3 of this machine checks the Python files that the roles name: for the Python of their base, or for
   * its own, if they run here. Default: not at all.
   */
  syntax?: 'base' | 'here';
  /** Names of the experiments that exist, for the message when this one does not. */
  known?: readonly string[];
  /** Sentences about them for that message. */
  aboutKnown?: () => Promise<readonly string[]>;
  /** The folder from which relative paths of data are seen; default, the experiment's own. */
  dataFrom?: string | undefined;
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
    /** The folder from which relative paths of data are seen. */
    readonly dataFrom: string,
  ) {}

  /**
   * Reads and checks an experiment.
   * @throws CollabError `experiment-missing` when there is none, `experiment-invalid` with every fault and its line.
   */
  static async load(folder: string, options: LoadOptions): Promise<Experiment> {
    const checked = await check(folder, options);
    if (checked.definition === null) throw invalid(folder, checked.faults);
    const { definition, files } = checked;
    const id = await folderId(folder, files);
    return new Experiment(definition.name, folder, definition, id, files, options.dataFrom ?? folder);
  }
}

/** What is wrong with an experiment, and what the user should know of it; both in the order of its lines. */
export interface Findings {
  faults: Fault[];
  /** They do not prevent a run. */
  remarks: Fault[];
}

/** All faults and remarks of an experiment; it is valid without faults. */
export async function checkFolder(folder: string, options: LoadOptions): Promise<Findings> {
  const { faults, remarks } = await check(folder, options);
  return { faults, remarks };
}

interface Checked extends Findings {
  definition: ExperimentDefinition | null;
  files: string[];
}

async function check(folder: string, options: LoadOptions): Promise<Checked> {
  const text = await readText(folder);
  if (text === null) throw missing(folder, options.known ?? [], (await options.aboutKnown?.()) ?? []);
  const yaml = text.length > maxFileBytes ? null : await parseYaml(text);
  const { files, leftOut, faults } = await listFolder(folder, dataFoldersOf(yaml?.value));
  const whole = (message: string, line: number | null) =>
    faults.push({ file: fileName, line, path: '', message });
  if (yaml === null) whole(`is larger than ${maxFileBytes / 1e6} MB`, null);
  else if (text.trim() === '') whole('is empty', null);
  if (yaml === null || faults.some((fault) => fault.file === fileName))
    return { definition: null, files, faults, remarks: [] };

  for (const fault of yaml.faults) whole(fault.message, fault.line);
  if (yaml.faults.length > 0) return { definition: null, files, faults, remarks: [] };

  const parsed = experimentSchema.safeParse(yaml.value);
  const context = await checkContext(folder, yaml.value, { files, leftOut }, options);
  const place = (found: readonly PathFault[]): Fault[] =>
    found
      .map(({ path, message }) => ({ path, message, line: yaml.lineOf(path) }))
      .sort((a, b) => a.line - b.line)
      .map(({ path, message, line }) => ({ file: fileName, line, path: path.join('.'), message }));
  const written = {
    parameters: exactValues(yaml),
    combinations: exactAt(yaml, ['combinations']),
    exclude: exactAt(yaml, ['exclude']),
  };
  const sweep = sweepFindings(yaml.value, written);
  const ofValues = [...valueFaults(written.parameters), ...sweep.faults];
  // Of a value that is none, the schema says only what it is not.
  const isSaid = ({ path: [first, name, below], message }: PathFault) =>
    (first !== 'parameters' || below !== undefined || [valuesForm, 'has no value'].includes(message)) &&
    ['parameters', 'combinations', 'exclude'].includes(String(first)) &&
    ofValues.some(({ path }) => path[0] === first && path[1] === name);
  const placed = place([
    ...(parsed.success ? [] : schemaFaults(parsed.error, yaml.value).filter((fault) => !isSaid(fault))),
    ...ofValues,
    ...crossFaults(yaml.value, context),
  ]);
  faults.unshift(...placed);
  const remarks = place([...remarksOf(yaml), ...sweep.remarks, ...crossRemarks(yaml.value, context)]);
  if (options.syntax !== undefined) {
    const named = namedFiles(yaml.value, context, options.syntax === 'here');
    const found = await checkPythonSyntax(folder, named);
    faults.push(...found.faults);
    remarks.push(...found.remarks);
  }
  const definition =
    parsed.success && faults.length === 0 ? resolveDefinition(parsed.data, spaceOf(written)) : null;
  return { definition, files, faults, remarks };
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

function missing(folder: string, known: readonly string[], about: readonly string[]): CollabError {
  const name = basename(folder);
  const list =
    known.length === 0 ? 'There are no experiments yet.' : `Experiments here: ${known.join(', ')}.`;
  return new CollabError('experiment-missing', {
    what: `There is no experiment ${JSON.stringify(name)}.${didYouMean(name, known)}`,
    why: [`${join(folder, fileName)} does not exist. ${list}`, ...about].join('\n'),
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
