import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type BasesEvent,
  type Engine,
  exportBases,
  filesBelow,
  folderHere,
  HashCache,
  isFolder,
  localContent,
  type TarFile,
} from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Emit } from '../../events.js';
import { broughtFolder, type RunRecord } from '../../logs/index.js';
import { type LAN, LanStore } from '../../network/index.js';
import { packageVersion } from '../../package-folder.js';
import type { Workspace } from '../../workspace/index.js';
import { type Experiment, loadExperiment } from '../definition/index.js';
import { dependencyImages } from '../images/index.js';
import { listFiles, openKept } from '../kept/index.js';
import { lookForPlaces } from './anonymous-file.js';
import { anonymousRun } from './anonymous-run.js';
import { PlaceReplacer } from './anonymous-text.js';
import { asksOf } from './asks.js';
import { badContent, exportFaults } from './export-faults.js';
import {
  bundleLimits,
  bundleManifest,
  type BundleManifest,
  entriesFault,
  imagesEntry,
} from './bundle-file.js';
import { describeFiles, newestChange, secretIn } from './describe-files.js';
import type { BundleEvent } from './events.js';
import { type KnownPlaces, knownPlaces } from './known-places.js';
import { knownSecrets } from './known-secrets.js';
import { SecretScan } from './secret-scan.js';
import { manifestText, writeBundle, type WrittenBundle } from './write-bundle.js';

export interface ExportBundleRequest {
  workspace: Workspace;
  /** Name of an experiment of `TestCases/`, or a path to its folder. */
  experiment: string;
  /** A run of it that travels too. */
  run: { folder: string; record: RunRecord } | null;
  /** Whose images travel too; null for none. */
  engine: Engine | null;
  /** Default: `<name>.collab.tar.gz` in `folder`. */
  file: string | undefined;
  folder: string;
  force: boolean;
  /** Login name of who makes it. */
  by: string;
  env: NodeJS.ProcessEnv;
  emit: Emit<BundleEvent | BasesEvent>;
  signal: AbortSignal;
}

export interface ExportedBundle extends WrittenBundle {
  file: string;
  manifest: BundleManifest;
  /** What the user should know, in sentences. */
  notes: string[];
}

/**
 * Writes an experiment, and a run of it if asked, as one file to share.
 * @throws CollabError `secret-in-bundle`, `places-in-file`, `file-exists`, `run-not-over`, and those of loading
 */
export async function exportBundle(request: ExportBundleRequest): Promise<ExportedBundle> {
  const { workspace, run, emit, signal } = request;
  const { experiment, notes } = await whatTravels(request);
  const lans = await allLans(workspace, notes);
  const secrets = await knownSecrets(workspace, lans, request.env);
  const scan = new SecretScan(secrets);
  const aside = await mkdtemp(join(await workspace.openPrivate(), 'export-'));
  try {
    const code = await filesBelow(experiment.folder, experiment.files, 'experiment');
    const places = await knownPlaces(workspace, lans, run?.record ?? null);
    notes.push(...(await placeNotes(code, places)));
    const more = run === null ? [] : await packageLists(run);
    const packed = run && (await anonymousRun(run.folder, places, aside, { more, signal }));
    if (packed?.left.length)
      notes.push(`Not in the bundle, as they are no files: ${packed.left.join(', ')}.`);
    const images = request.engine && (await packImages(request, experiment, request.engine, aside));
    const all: TarFile[] = [...code, ...(packed?.files ?? []), ...(images?.files ?? [])];
    emit({ kind: 'bundle.packing', files: all.length });
    const files = await describeFiles(all, scan, signal);
    const made = run === null ? await newestChange(code.flatMap(pathOf)) : new Date(run.record.ended_at ?? 0);
    const hashes = await dataHashes(experiment, run?.record ?? null, workspace, signal);
    const manifest: BundleManifest = {
      format: 1,
      made: { by: request.by, collab: packageVersion(), at: made.toISOString() },
      experiment: { name: experiment.name, id: experiment.id },
      run: run && runPart(run.record),
      asks: asksOf(experiment.definition, (path) => hashes.get(path) ?? null),
      images: [...imagesOf(run?.record ?? null), ...(images?.refs ?? [])],
      entries: files.map(({ entry }) => entry).sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
    const fault = entriesFault(manifest, bundleLimits);
    if (fault !== null) throw badContent(fault);
    bundleManifest.parse(manifest);
    const told = scan.begin()(Buffer.from(manifestText(manifest)));
    if (told !== null) throw secretIn('The list of what the experiment asks for', told);
    const file = resolve(request.folder, request.file ?? `${experiment.name}.collab.tar.gz`);
    const written = await writeBundle(file, { manifest, files, force: request.force }, bundleLimits, signal);
    if (!written.unchanged) emit({ kind: 'bundle.written', file, size_bytes: written.sizeBytes });
    return { file, manifest, notes: [...notes, ...dataNotes(manifest)], ...written };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** The packages of the run's images. */
async function packageLists({
  folder,
  record,
}: NonNullable<ExportBundleRequest['run']>): Promise<{ name: string; path: string }[]> {
  const lists = await listFiles(folder, record);
  return lists.map(({ name, path }) => ({ name: `${broughtFolder}/${name}`, path }));
}

/** With a run, the code that ran; otherwise the experiment as it is now. */
async function whatTravels(
  request: ExportBundleRequest,
): Promise<{ experiment: Experiment; notes: string[] }> {
  const { workspace, experiment: wanted, run } = request;
  if (run === null) return { experiment: await loadExperiment(workspace, wanted), notes: [] };
  exportFaults(run.record);
  const now = await loadExperiment(workspace, wanted).catch(() => null);
  const { record } = run;
  if ((now?.name ?? wanted) !== record.experiment.name) throw otherExperiment(wanted, record);
  const { experiment } = await openKept(workspace, record);
  const notes =
    now?.id === experiment.id
      ? []
      : [
          now === null
            ? `${wanted} is not in TestCases/ as a valid experiment any more: the bundle has the code that ran.`
            : `${wanted} was changed since this run: the bundle has the code that ran, and not what is in TestCases/ now.`,
        ];
  return { experiment, notes };
}

async function allLans(workspace: Workspace, notes: string[]): Promise<LAN[]> {
  const store = new LanStore(workspace);
  const lans: LAN[] = [];
  for (const name of await store.list()) {
    try {
      lans.push(await store.load(name));
    } catch (error) {
      if (!(error instanceof CollabError)) throw error;
      notes.push(`The LAN ${name} could not be read, so its addresses are not known: ${error.what}`);
    }
  }
  return lans;
}

/** Code travels as it is, or it would not be what ran. */
async function placeNotes(code: readonly TarFile[], places: KnownPlaces): Promise<string[]> {
  const replacer = new PlaceReplacer(places);
  const notes: string[] = [];
  for (const file of code) {
    const [path] = pathOf(file);
    if (path === undefined || !(await lookForPlaces(path, replacer)).hasPlaces) continue;
    notes.push(`${file.name} names an address or a folder of this machine, and travels as it is.`);
  }
  return notes;
}

const pathOf = (file: TarFile): string[] => ('path' in file ? [file.path] : []);

function runPart(record: RunRecord): BundleManifest['run'] {
  const { run_id: id, state, started_at, ended_at, experiment } = record;
  return { id, state, started_at, ended_at: ended_at ?? started_at, experiment_id: experiment.id };
}

function imagesOf(record: RunRecord | null): BundleManifest['images'] {
  const all = (record?.images ?? []).map(({ ref, image_id: digest }) => ({ ref, digest, in_bundle: false }));
  return [...new Map(all.map((one) => [`${one.ref} ${one.digest}`, one])).values()];
}

/** The file of images as `collab images export` writes it: bases, and dependencies of the roles. */
async function packImages(
  { workspace, emit, signal }: ExportBundleRequest,
  experiment: Experiment,
  engine: Engine,
  aside: string,
): Promise<{ files: TarFile[]; refs: BundleManifest['images'] }> {
  const { flavors, dependencies } = await dependencyImages(workspace, [experiment], engine);
  const path = join(aside, 'images.tar');
  const bases = await exportBases({ engine, flavors, dependencies, all: true, file: path, emit, signal });
  const refs = await Promise.all(
    bases.map(async ({ ref }) => ({
      ref,
      digest: (await engine.image(ref))?.content ?? '',
      in_bundle: true,
    })),
  );
  return { files: [{ name: imagesEntry, path }], refs };
}

/** Hashes of data: what the run had, otherwise of what is on this machine. */
async function dataHashes(
  { definition, dataFrom }: Experiment,
  record: RunRecord | null,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  if (record !== null) return new Map((record.data ?? []).map(({ path, hash }) => [path, hash]));
  const cache = new HashCache(workspace);
  const hashes = new Map<string, string>();
  for (const path of new Set(definition.roles.flatMap(({ data }) => data.map((one) => one.path)))) {
    const folder = folderHere(path, dataFrom);
    if (isFolder(folder)) hashes.set(path, (await localContent(folder, cache, signal)).hash);
  }
  return hashes;
}

function dataNotes({ asks }: BundleManifest): string[] {
  return asks.data.map(
    ({ name, path, hash }) =>
      `The data ${name} (${path}) is not in the bundle; ${hash === null ? 'its hash is not known here' : `its hash is, ${hash.slice(0, 12)}`}.`,
  );
}

function otherExperiment(wanted: string, { run_id: runId, experiment }: RunRecord): CollabError {
  return new CollabError('not-of-experiment', {
    what: `${runId} is not a run of ${wanted}.`,
    why: `It ran the experiment ${experiment.name}.`,
    next: `Export that one: collab export ${experiment.name} --with-run ${runId}`,
    exitCode: ExitCode.usage,
  });
}
