import { join } from 'node:path';
import { cacheFolder, readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import type { LayerStore } from '../delivery/index.js';
import { tarOf, type TarFile } from '../archives/index.js';
import { mostChanges, planCode, whiteout, type CodeLayer, type CodeRecord } from './code-plan.js';
import { contentsOf, hashOf } from './content-hash.js';

export interface CodeSource {
  experiment: string;
  /** Hash of the files, as in the tag. */
  hash: string;
  experimentFiles: readonly TarFile[];
  wrapperFiles: readonly TarFile[];
}

/** Folders of code in the image; their parents belong to the base. */
const folders = { experiment: 'experiment', wrapper: 'opt/collab' };

/**
 * Makes the layers of an experiment's code as tars in the store, without an engine. The wrapper is the lowest layer, as
 * it changes only with collab. A change of a few files in a large folder becomes a small layer on top of the previous
 * ones, so that only this layer is sent. The cache records which code became which layers; records may be missing.
 */
export class CodeLayers {
  private readonly making = new Map<string, Promise<CodeRecord>>();

  constructor(
    private readonly store: LayerStore,
    private readonly folder = join(cacheFolder(), 'code'),
  ) {}

  /** The layers of this code; makes those that are missing. */
  of(source: CodeSource): Promise<CodeRecord> {
    const key = `${source.experiment} ${source.hash}`;
    const making = this.making.get(key) ?? this.make(source);
    this.making.set(key, making);
    return making;
  }

  private async make(source: CodeSource): Promise<CodeRecord> {
    const { experiment, hash } = source;
    const known = await this.read(experiment, hash);
    if (known !== null) return known;
    const latest = await this.read(experiment, 'latest');
    const files = new Map(below(folders.experiment, source.experimentFiles).map((file) => [file.name, file]));
    const contents = await contentsByPath([...files.values()]);
    const wrapperHash = hashOf(await contentsOf(source.wrapperFiles));
    const plan = planCode({ files: contents, wrapperHash }, latest);
    const since = plan.kind === 'change' ? plan.since : null;
    const written = plan.kind === 'change' ? plan.write : [...files.keys()];
    const ended = plan.kind === 'change' ? plan.remove : [];
    const layer = await this.pack([
      ...written.flatMap((path) => files.get(path) ?? []),
      ...ended.map((path) => ({ name: whiteout(path), content: '' })),
    ]);
    const made: CodeRecord = {
      hash,
      files: contents,
      wrapper:
        latest?.wrapper.hash === wrapperHash
          ? latest.wrapper
          : { hash: wrapperHash, ...(await this.pack(below(folders.wrapper, source.wrapperFiles))) },
      layers: [...(since?.layers ?? []), layer],
      earlier: latest === null ? [] : [...latest.earlier, latest.hash].slice(-mostChanges - 1),
    };
    await this.write(experiment, hash, made);
    await this.write(experiment, 'latest', made);
    return made;
  }

  private async pack(files: readonly TarFile[]): Promise<CodeLayer> {
    return this.store.add(await tarOf(files, { below: Object.values(folders) }));
  }

  /** Null also when one of its layers is not in the store. */
  private async read(experiment: string, name: string): Promise<CodeRecord | null> {
    const text = await readFileIfThere(this.path(experiment, name));
    if (text === null) return null;
    const record = parsed(text);
    if (record === null || record.layers.length === 0) return null;
    const lost = await this.store.lacks([record.wrapper, ...record.layers].map(({ diffId }) => diffId));
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
    const whole =
      record?.hash !== undefined && record.files && record.wrapper && record.layers && record.earlier;
    return whole ? (record as CodeRecord) : null;
  } catch {
    return null;
  }
}

const below = (folder: string, files: readonly TarFile[]): TarFile[] =>
  files.map((file) => ({ ...file, name: `${folder}/${file.name}` }));

async function contentsByPath(files: readonly TarFile[]): Promise<Record<string, string>> {
  const contents = await contentsOf(files);
  return Object.fromEntries(
    Object.entries(contents).map(([name, hash]) =>
      name.endsWith('*') ? [name.slice(0, -1), `${hash}*`] : [name, hash],
    ),
  );
}
