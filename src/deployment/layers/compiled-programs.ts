import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CollabError, ExitCode, plainText } from '../../errors.js';
import { cacheFolder, fileSize, writeFileAtomic } from '../../workspace/index.js';
import { type TarFile, tarOf } from '../archives/index.js';
import { type Engine, stepOf } from '../engine/index.js';
import { debianImage, type DebianRequest } from './debian-root.js';
import type { ProgramSource } from './program-source.js';

export interface CompileContext extends Omit<DebianRequest, 'emulated'> {
  /** Folder of this machine for compiled programs. */
  programFolder?: string | undefined;
}

const compilerLabels = { 'collab.image': 'compiler' };

/** Where `compile.sh` of every program puts its result. */
const resultOf = ({ name }: ProgramSource) => `/out/${name}`;

/**
 * A program compiled for an architecture, as the file `programs/<name>` of a build context. It is compiled in containers
 * of the engine, so that no compiler has to be installed, and always by programs of the engine's own architecture: the
 * compiler works for other ones too, and emulation would take several times as long. What was compiled once is kept on this
 * machine; another architecture is compiled when an image needs it.
 */
export async function compiledProgram(
  engine: Engine,
  source: ProgramSource,
  architecture: string,
  context: CompileContext,
): Promise<TarFile> {
  const { name, hash } = source;
  const folder = context.programFolder ?? join(cacheFolder(), 'programs');
  const path = join(folder, `${name}-${architecture}-${hash}`);
  if ((await fileSize(path)) === null) {
    await writeFileAtomic(path, await compile(engine, source, architecture, context), 0o755);
  }
  return { name: `programs/${name}`, path, executable: true };
}

async function compile(
  engine: Engine,
  source: ProgramSource,
  architecture: string,
  context: CompileContext,
): Promise<Buffer> {
  const { emit, signal = new AbortController().signal } = context;
  const ref = await compilerImage(engine, source, context);
  const container = await engine.create({
    name: `collab-compile-${randomBytes(6).toString('hex')}`,
    image: ref,
    command: ['sh', '/src/compile.sh', architecture],
    labels: { 'collab.compile': ref },
    capabilities: [],
    network: 'none',
  });
  try {
    signal.throwIfAborted();
    const line = `compiling ${source.name} for ${architecture}`;
    emit({ kind: 'layer.line', device: engine.device, ref, line });
    await engine.start(container);
    await engine.waitForEnd(container, signal);
    signal.throwIfAborted();
    const state = await engine.inspect(container);
    const program = state?.exitCode === 0 ? await engine.readFile(container, resultOf(source)) : null;
    if (program !== null) return program;
    const why = state?.outOfMemory === true ? 'It ran out of memory.' : await engine.logs(container, 60);
    throw notCompiled(engine.device, source, architecture, plainText(why.trim()));
  } finally {
    await engine.remove(container);
    // It has 450 MB more than Debian: this machine keeps it for further architectures, until the sources change. A device
    // builds for its own architecture only, and may have a small disk.
    if (!context.onController) await engine.removeImage(ref);
  }
}

/** The image with the compiler and the sources, built unless the engine has it. @returns its tag */
async function compilerImage(
  engine: Engine,
  { name, hash, files }: ProgramSource,
  context: CompileContext,
): Promise<string> {
  const { emit, signal } = context;
  const { device } = engine;
  const ref = `collab/compile-${name}:${(await engine.version()).architecture}-${hash}`;
  if ((await engine.imageId(ref)) !== null) return ref;
  const DEBIAN = await debianImage(engine, { ...context, emulated: undefined });
  const event = { device, ref, layer: 'compiler' };
  emit({ kind: 'layer.build', ...event });
  const started = performance.now();
  const imageId = await engine.build({
    context: await tarOf(files),
    tag: ref,
    args: { DEBIAN },
    labels: compilerLabels,
    onLine: (line) => {
      const step = stepOf(line);
      emit(
        step === null
          ? { kind: 'layer.line', device, ref, line }
          : { kind: 'layer.step', device, ref, ...step },
      );
    },
    signal,
  });
  const seconds = (performance.now() - started) / 1000;
  emit({ kind: 'layer.built', ...event, image_id: imageId, seconds });
  await removeOthers(engine, ref);
  return ref;
}

/** Removes the compilers of other versions of the same program. One that compiles at the moment stays. */
async function removeOthers(engine: Engine, ref: string): Promise<void> {
  const program = ref.slice(0, ref.indexOf(':') + 1);
  const listed = await engine.listImages(compilerLabels);
  const others = listed.flatMap(({ refs }) => refs).filter((one) => one.startsWith(program) && one !== ref);
  for (const other of others) {
    await engine.removeImage(other).catch((error: unknown) => {
      if (!(error instanceof CollabError) || error.name !== 'image-in-use') throw error;
    });
  }
}

function notCompiled(
  device: string,
  { name }: ProgramSource,
  architecture: string,
  why: string,
): CollabError {
  return new CollabError('build-failed', {
    what: `The program ${name} could not be compiled for ${architecture} on ${device}.`,
    why,
    next: 'Run again. If it fails again, this is a fault of collab: report it with the lines above.',
    exitCode: ExitCode.experimentFailed,
  });
}
