import { cp, lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BasesEvent, type Engine, importBases } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import { readFolder } from '../definition/index.js';
import { keepExperiment, keptFolder } from '../kept/index.js';
import type { OpenedSource } from './open-source.js';

export interface ImportSourceRequest {
  workspace: Workspace;
  opened: OpenedSource;
  /** Name of the folder in `TestCases/`; default, that of the experiment. */
  as: string | undefined;
  /** Gives the engine that takes the images; asked only if there are some. */
  engine: () => Promise<Engine>;
  emit: Emit<BasesEvent>;
  signal: AbortSignal;
}

export interface ImportedSource {
  name: string;
  folder: string;
  /** Whether the experiment was here already. */
  present: boolean;
  run: { id: string; folder: string; present: boolean } | null;
  images: string[];
}

/** Where an import would put things, and what of it is here already. */
export type ImportPlan = Pick<ImportedSource, 'name' | 'folder' | 'present' | 'run'>;

const folderName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/**
 * Looks where an import goes.
 * @throws CollabError `bad-name`, or `name-taken` for a name under which something else is here
 */
export async function planImport(
  workspace: Workspace,
  { experiment, run }: Pick<OpenedSource, 'experiment' | 'run'>,
  as: string | undefined,
): Promise<ImportPlan> {
  const name = as ?? experiment.name;
  if (!folderName.test(name)) throw badName(name);
  const folder = join(workspace.testCases, name);
  const present = await isThere(folder);
  if (present && (await idOf(folder)) !== experiment.id) throw nameTaken(folder, name);
  if (run === null) return { name, folder, present, run: null };
  const id = run.record.run_id;
  const runFolder = join(workspace.logs, experiment.name, id);
  return { name, folder, present, run: { id, folder: runFolder, present: await isThere(runFolder) } };
}

/** Puts all of it into the workspace, or nothing: what was put is taken back when the rest fails. */
export async function importSource(request: ImportSourceRequest): Promise<ImportedSource> {
  const { workspace, opened, as, emit, signal } = request;
  const plan = await planImport(workspace, opened, as);
  const engine = opened.images === null ? null : await request.engine();
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const { experiment, run, images } = opened;
    if (run !== null && plan.run !== null && !plan.run.present) {
      const kept = keptFolder(workspace, experiment.id);
      const wasKept = await isThere(kept);
      await keepExperiment(workspace, experiment);
      if (!wasKept) undo.push(() => rm(kept, { recursive: true, force: true }));
      undo.push(await put(run.folder, plan.run.folder, workspace.logs));
    }
    if (!plan.present) undo.push(await put(experiment.folder, plan.folder, workspace.testCases));
    signal.throwIfAborted();
    if (images !== null && engine !== null)
      await importBases({ engine, workspace, file: images.file, emit, signal });
    return { ...plan, images: images?.refs ?? [] };
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

/**
 * Moves a folder to its place by one rename; over the border of a file system by a copy beside it first.
 * @returns what takes it back
 */
async function put(from: string, to: string, top: string): Promise<() => Promise<unknown>> {
  const isNew = !(await isThere(dirname(to)));
  await mkdir(dirname(to), { recursive: true });
  const removeParent = () => (isNew ? rm(dirname(to), { recursive: true, force: true }) : Promise.resolve());
  const takeBack = async () => {
    await rm(to, { recursive: true, force: true });
    await removeParent();
  };
  try {
    await rename(from, to).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      const aside = await mkdtemp(join(top, '.import-'));
      try {
        await cp(from, join(aside, 'whole'), { recursive: true, errorOnExist: true, force: false });
        await rename(join(aside, 'whole'), to);
      } finally {
        await rm(aside, { recursive: true, force: true });
      }
    });
    return takeBack;
  } catch (error) {
    await removeParent().catch(() => undefined);
    throw error;
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Null for a folder that is no experiment. */
const idOf = (folder: string): Promise<string | null> =>
  readFolder(folder).then(
    ({ id }) => id,
    () => null,
  );

function badName(name: string): CollabError {
  return new CollabError('bad-name', {
    what: `${JSON.stringify(name)} cannot be the name of a folder in TestCases/.`,
    why: 'Such a name has letters, digits, dots, dashes and underscores, and starts with a letter or digit.',
    next: 'Choose another one: --as <name>',
    exitCode: ExitCode.usage,
  });
}

function nameTaken(folder: string, name: string): CollabError {
  return new CollabError('name-taken', {
    what: `There is another experiment ${name} in TestCases/ already. Nothing was changed.`,
    why: `${folder} does not hold what is to be imported.`,
    next: `Import it under another name: --as ${name}-2`,
    exitCode: ExitCode.usage,
  });
}
