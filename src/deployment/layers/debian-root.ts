import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { Emit } from '../../events.js';
import { type Engine, localProxies, withoutLogins } from '../engine/index.js';
import type { LayerEvent } from './events.js';

const release = 'trixie';
const publicImage = `debian:${release}-slim`;
const ownImage = `collab/debian:${release}`;

/** Debian's names of architectures where they differ from Docker's. */
const debianArchitecture: Readonly<Record<string, string>> = { arm: 'armhf', ppc64le: 'ppc64el' };

export interface DebianRequest {
  emit: Emit<LayerEvent>;
  onController: boolean;
  signal?: AbortSignal | undefined;
  /** Another architecture than the engine's, which this machine emulates. */
  emulated?: string | undefined;
}

/**
 * The Debian image from which base images are built: pulled from a registry, or else made on this machine from Debian's
 * packages by debootstrap (as root, on a machine of the engine's architecture).
 */
export async function debianImage(
  engine: Engine,
  { emit, onController, signal, emulated }: DebianRequest,
): Promise<string> {
  if (emulated !== undefined) return foreignDebian(engine, emulated, emit, signal);
  for (const ref of [publicImage, ownImage]) if ((await engine.imageId(ref)) !== null) return ref;
  emit({ kind: 'layer.pull', device: engine.device, ref: publicImage });
  if (await engine.pull(publicImage, signal)) return publicImage;
  signal?.throwIfAborted();
  if (!onController) throw noDebianOnDevice(engine.device);
  await importDebian(engine, ownImage, null, emit, signal);
  return ownImage;
}

/**
 * The same for another architecture, under a separate tag: a classic store keeps one image per tag, and the public tag
 * must remain that of the engine's architecture.
 */
async function foreignDebian(
  engine: Engine,
  architecture: string,
  emit: Emit<LayerEvent>,
  signal?: AbortSignal,
): Promise<string> {
  const ref = `${ownImage}-${architecture}`;
  if ((await engine.imageId(ref)) !== null) return ref;
  emit({ kind: 'layer.pull', device: engine.device, ref: publicImage });
  const own = await engine.imageId(publicImage);
  if (await engine.pull(publicImage, signal, `linux/${architecture}`)) {
    await engine.tag(publicImage, ref);
    if (own === null) await engine.removeImage(publicImage);
    else await engine.tag(own, publicImage);
    return ref;
  }
  signal?.throwIfAborted();
  await importDebian(engine, ref, architecture, emit, signal);
  return ref;
}

async function importDebian(
  engine: Engine,
  ref: string,
  architecture: string | null,
  emit: Emit<LayerEvent>,
  signal?: AbortSignal,
): Promise<void> {
  if (process.getuid?.() !== 0) throw noDebian(engine.device, 'debootstrap needs root on this machine.');
  emit({ kind: 'layer.debootstrap', device: engine.device, ref });
  const folder = await mkdtemp(join(tmpdir(), 'collab-debian-'));
  try {
    const onLine = (line: string) => {
      if (line.startsWith('I: '))
        emit({ kind: 'layer.line', device: engine.device, ref, line: line.slice(3) });
    };
    const other = architecture === null ? [] : [`--arch=${debianArchitecture[architecture] ?? architecture}`];
    const { args: proxies } = await localProxies();
    await command('debootstrap', [...other, '--variant=minbase', release, folder], engine.device, {
      onLine,
      proxies,
      ...(signal && { signal }),
    });
    const platform = architecture === null ? undefined : `linux/${architecture}`;
    await engine.importImage(tarOfRoot(folder), ref, {}, platform);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A root file system as a tar. The stream fails when `tar` fails, so that no image is made of half a tar. */
function tarOfRoot(folder: string): Readable {
  const child = spawn('tar', ['-C', folder, '--exclude=./var/cache/apt/archives/*.deb', '-c', '.'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tar = new PassThrough();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-1000)));
  child.stdout.pipe(tar, { end: false });
  child.once('error', (error) => tar.destroy(error));
  child.once('close', (code) => {
    if (code === 0) tar.end();
    else tar.destroy(new Error(`tar ended with ${code ?? 'a signal'}: ${said.trim()}`));
  });
  tar.once('close', () => child.kill());
  return tar;
}

function command(
  name: string,
  args: string[],
  device: string,
  {
    onLine,
    proxies,
    signal,
  }: { onLine: (line: string) => void; proxies: Record<string, string>; signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...proxies },
      ...(signal ? { signal } : {}),
    });
    const newest: string[] = [];
    const take = (chunk: Buffer) => {
      for (const line of withoutLogins(chunk.toString(), proxies).split('\n').filter(Boolean)) {
        newest.push(line);
        if (newest.length > 15) newest.shift();
        onLine(line);
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) =>
      reject(signal?.aborted === true ? error : noDebian(device, messageOf(error))),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(noDebian(device, `${name} ended with ${code ?? 'a signal'}:\n${newest.join('\n')}`));
    });
  });
}

function noDebianOnDevice(device: string): CollabError {
  return new CollabError('no-base-image', {
    what: `${device} has no Debian image, from which base images are built.`,
    why: `Images for its architecture are built on the device, and it could not pull ${publicImage} from a registry.`,
    next: `Give ${device} access to a registry, or copy the image from a machine of the same architecture that has it: docker save ${publicImage} | ssh <user>@<${device}> docker load`,
    exitCode: ExitCode.experimentFailed,
  });
}

function noDebian(device: string, why: string): CollabError {
  return new CollabError('no-base-image', {
    what: `${device} has no Debian image, from which base images are built.`,
    why: `${publicImage} could not be pulled from a registry, and could not be made from Debian's packages: ${why}`,
    next: `As root on Debian: apt-get install debootstrap, then run again. Or pull it from a registry: docker pull ${publicImage}`,
    exitCode: ExitCode.experimentFailed,
  });
}
