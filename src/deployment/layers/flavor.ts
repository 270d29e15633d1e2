import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import { architectures, suggestArchitecture } from '../../network/index.js';
import { parseYaml, type Workspace } from '../../workspace/index.js';
import { filesBelow, folderFiles, type TarFile } from '../archives/index.js';
import { contentsOf, hashOf } from './content-hash.js';
import { programNames, type ProgramSource, programSource } from './program-source.js';

const architecture = z.enum(architectures, {
  error: ({ input }) => `must be one of ${architectures.join(', ')}.${suggestArchitecture([input])}`,
});

/** One image of a flavor. A device uses the first one whose conditions it meets. */
const flavorImage = z.strictObject({
  /** File of the flavor's folder. */
  dockerfile: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be the name of a file next to the manifest'),
  /** Supported architectures; default all. */
  arch: z.array(architecture).min(1).optional(),
  /** Supported releases of L4T (Jetson Linux), e.g. `32.7` for all of R32.7; default none, without a Jetson's GPU. */
  l4t: z
    .array(z.string().regex(/^\d+(\.\d+)*$/, 'must be a release such as "32.7"'))
    .min(1)
    .optional(),
  /** Values of the Dockerfile's ARGs. */
  args: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  /** Whether its packages can use a GPU; omitted when that depends on the experiment's packages. */
  gpu: z.boolean().optional(),
  /** Paths of the programs in it that can run scripts; a command that names another one is a fault. Omitted: not known. */
  interpreters: z
    .array(z.string().regex(/^(\/[\w.+-]+)+$/, 'must be an absolute path such as /usr/bin/python3'))
    .optional(),
  /** Measured unpacked size by architecture. */
  size_mb: z.partialRecord(architecture, z.int().positive()).default({}),
});
export type FlavorImage = z.output<typeof flavorImage>;

const manifest = z.strictObject({
  description: z.string().min(1),
  /** Packages and their versions, for people. */
  contains: z.array(z.string()),
  devices: z.string().min(1),
  least_memory_mb: z.int().positive().optional(),
  images: z.array(flavorImage).min(1),
  /** Programs of collab that its images have: compiled for their architecture, and `programs/<name>` for the Dockerfile. */
  programs: z.array(z.enum(programNames)).default([]),
  /** Why there is no image for an architecture. */
  why_not: z.partialRecord(architecture, z.string()).default({}),
  /** Architectures for which it was built and tested. */
  built_for: z.array(architecture).default([]),
});
export type FlavorManifest = z.output<typeof manifest>;

/** A folder of `base-images/`. Without a manifest it has one image, for all devices. */
export interface Flavor {
  name: string;
  folder: string;
  manifest: FlavorManifest | null;
  images: readonly FlavorImage[];
}

const manifestName = 'manifest.yaml';
const anyDevice: FlavorImage = { dockerfile: 'Dockerfile', args: {}, size_mb: {} };

/**
 * Reads a flavor and checks its manifest.
 * @throws CollabError `no-flavor`, `flavor-invalid` with every fault and its line
 */
export async function readFlavor(workspace: Workspace, name: string): Promise<Flavor> {
  const folder = workspace.baseImage(name);
  if (folder === null) throw noFlavor(name, workspace);
  const names = await folderFiles(folder);
  if (!names.includes(manifestName)) return { name, folder, manifest: null, images: [anyDevice] };
  const yaml = await parseYaml(await readFile(join(folder, manifestName), 'utf8'));
  const faults = yaml.faults.map(({ line, message }) => `${manifestName}:${line}  ${message}`);
  if (faults.length > 0) throw invalid(name, folder, faults);
  const parsed = manifest.safeParse(yaml.value);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const steps = path.filter((step) => typeof step !== 'symbol');
      return `${manifestName}:${yaml.lineOf(steps)}  ${steps.join('.')}: ${message}`;
    });
    throw invalid(name, folder, lines);
  }
  const { images } = parsed.data;
  const missing = images.filter(({ dockerfile }) => !names.includes(dockerfile));
  if (missing.length > 0) {
    const lines = missing.map(
      ({ dockerfile }) => `${manifestName}: there is no file ${dockerfile} next to it`,
    );
    throw invalid(name, folder, lines);
  }
  return { name, folder, manifest: parsed.data, images };
}

/** All flavors of a workspace and of collab, by name. @throws CollabError `flavor-invalid` */
export async function readFlavors(workspace: Workspace): Promise<Flavor[]> {
  return Promise.all((await workspace.baseImages()).map((name) => readFlavor(workspace, name)));
}

/** What one image of a flavor is built from. */
export interface FlavorSources {
  dockerfile: string;
  args: Readonly<Record<string, string>>;
  /** The folder's files except Dockerfiles and manifest, which are not part of the image. */
  files: TarFile[];
  /** Programs that are compiled for the image. */
  programs: ProgramSource[];
  /** Of all of these. */
  hash: string;
}

export async function flavorSources(flavor: Flavor, image: FlavorImage): Promise<FlavorSources> {
  const dockerfiles = new Set([...flavor.images.map((one) => one.dockerfile), 'Dockerfile', manifestName]);
  const names = (await folderFiles(flavor.folder)).filter((name) => !dockerfiles.has(name));
  const files = await filesBelow(flavor.folder, names, '');
  const dockerfile = await readFile(join(flavor.folder, image.dockerfile), 'utf8');
  const { args } = image;
  const programs = await Promise.all((flavor.manifest?.programs ?? []).map((name) => programSource(name)));
  const own = {
    files: hashOf(await contentsOf(files)),
    dockerfile,
    args: JSON.stringify(args),
    ...Object.fromEntries(programs.map((program) => [`programs/${program.name}`, program.hash])),
  };
  return { dockerfile, args, files, programs, hash: hashOf(own) };
}

function noFlavor(name: string, workspace: Workspace): CollabError {
  return new CollabError('no-flavor', {
    what: `There is no base image "${name}".`,
    why: `Neither the workspace nor collab has base-images/${name}/Dockerfile.`,
    next: `Make ${join(workspace.root, 'base-images', name, 'Dockerfile')}, or name another base: collab images list --bases`,
    exitCode: ExitCode.usage,
  });
}

function invalid(name: string, folder: string, lines: readonly string[]): CollabError {
  return new CollabError('flavor-invalid', {
    what: `The base image "${name}" has ${lines.length} fault${lines.length === 1 ? '' : 's'} in its manifest.`,
    why: lines.join('\n'),
    next: `Correct them in ${folder}, or remove ${manifestName}: a flavor needs none.`,
    exitCode: ExitCode.usage,
  });
}
