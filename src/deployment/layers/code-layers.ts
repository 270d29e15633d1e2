import { join } from 'node:path';
import { cacheFolder } from '../../workspace/cache-folder.js';
import { readFileIfThere, writeFileAtomic } from '../../workspace/atomic-file.js';
import type { LayerStore } from '../delivery/layer-store.js';
import { tarOf, type TarFile } from '../tar.js';
import { planCode, whiteout, type CodeRecord } from './code-plan.js';
import { contentsOf } from './content-hash.js';

export interface CodeSource {
  experiment: string;
  /** Hash of the files, as in the tag. */
  hash: string;
  experimentFiles: readonly TarFile[];
  wrapperFiles: readonly TarFile[];
}

/** Folders of the image that code lies in; those above them belong to the base. */
const folders = { experiment: 'experiment', wrapper: 'opt/collab' };

/**
 * The layers of an experiment's code, made here without an engine: a tar in the store and no more. A change of a few
 * files becomes a small layer on top of what was made last, so that only it is sent. What code became which layers is
 * kept in the cache, where any of it may be missing.
 */
export class CodeLayers {
  private readonly making = new Map<string, Promise<CodeRecord>>();

  constructor(
    private readonly store: LayerStore,
    private readonly folder = join(cacheFolder(), 'code'),
  ) {}

  /** The layers of this code, made unless they are there. */
  of(source: CodeSource): Promise<CodeRecord> {
    const key = `${source.experiment} ${source.hash}`;
    const making = this.making.get(key) ?? this.make(source);
    this.making.set(key, making);
    return making;
  }

  private async make(source: CodeSource): Promise<CodeRecord> {
    const known = await this.read(source.experiment, source.hash);
    if (known !== null) return known;
    const files = new Map(inImage(source).map((file) => [file.name, file]));
    const contents = await contentsByPath([...files.values()]);
    const plan = planCode(contents, await this.read(source.experiment, 'latest'));
    const record: Omit<CodeRecord, 'layers'> = { hash: source.hash, files: contents, earlier: [] };
    const written = plan.kind === 'fresh' ? [...files.keys()] : plan.write;
    const ended = plan.kind === 'fresh' ? [] : plan.remove;
    const tar = await tarOf(
      [
        ...written.flatMap((path) => files.get(path) ?? []),
        ...ended.map((path) => ({ name: whiteout(path), content: '' })),
      ],
      Object.values(folders),
    );
    const layer = await this.store.add(tar);
    const since = plan.kind === 'fresh' ? null : plan.since;
    const made: CodeRecord = {
      ...record,
      layers: [...(since?.layers ?? []), layer],
      earlier: since === null ? [] : [...since.earlier, since.hash],
    };
    await this.write(source.experiment, source.hash, made);
    await this.write(source.experiment, 'latest', made);
    return made;
  }

  /** Null as well when one of its layers is not in the store. */
  private async read(experiment: string, name: string): Promise<CodeRecord | null> {
    const text = await readFileIfThere(this.path(experiment, name));
    if (text === null) return null;
    const record = parsed(text);
    if (record === null || record.layers.length === 0) return null;
    const lost = await this.store.lacks(record.layers.map(({ diffId }) => diffId));
    return lost.length === 0 ? record : null;
  }

  private write(experiment: string, name: string, record: CodeRecord): Promise<void> {
    return writeFileAtomic(this.path(experiment, name), `${JSON.stringify(record)}\n`, 0o600);
  }

  private path(experiment: string, name: string): string {
    return join(this.folder, experiment, `${name}.json`);
  }
}

function parsed(text: string): CodeRecord | null {
  try {
    const record = JSON.parse(text) as Partial<CodeRecord> | null;
    const whole = record?.hash !== undefined && record.files && record.layers && record.earlier;
    return whole ? (record as CodeRecord) : null;
  } catch {
    return null;
  }
}

function inImage({ experimentFiles, wrapperFiles }: CodeSource): TarFile[] {
  const below = (folder: string, files: readonly TarFile[]) =>
    files.map((file) => ({ ...file, name: `${folder}/${file.name}` }));
  return [...below(folders.experiment, experimentFiles), ...below(folders.wrapper, wrapperFiles)];
}

async function contentsByPath(files: readonly TarFile[]): Promise<Record<string, string>> {
  const contents = await contentsOf(files);
  return Object.fromEntries(
    Object.entries(contents).map(([name, hash]) =>
      name.endsWith('*') ? [name.slice(0, -1), `${hash}*`] : [name, hash],
    ),
  );
}
