import { dependencyImages, exportBases, localEngine, readFlavours, readFlavour } from '../../../index.js';
import { openSession } from '../../session/index.js';

export interface ExportOptions {
  experiment: string[];
  json?: boolean;
}

/** `collab images export <file> [flavors...]`: base images and dependencies for a machine without internet access. */
export async function imagesExport(file: string, names: string[], options: ExportOptions): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options);
  const engine = await localEngine();
  const named = await Promise.all(names.map((name) => readFlavour(workspace, name)));
  const { flavours, dependencies } = await dependencyImages(workspace, options.experiment, engine);
  const chosen = [...new Map([...named, ...flavours].map((one) => [one.name, one])).values()];
  const all = chosen.length > 0;
  const wanted = all ? chosen : await readFlavours(workspace);
  const bases = await exportBases({ engine, flavours: wanted, dependencies, all, file, emit, signal });
  print(bases.map(({ ref }) => ref).join('\n'), { file, bases });
}
