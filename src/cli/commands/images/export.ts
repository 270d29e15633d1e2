import { dependencyImages, exportBases, localEngine, readFlavors, readFlavor } from '../../../index.js';
import { openSession } from '../../session/index.js';

export interface ExportOptions {
  experiment: string[];
  json?: boolean;
}

/** `collab images export <file> [flavors...]`: base images and dependencies for a machine without internet access. */
export async function imagesExport(file: string, names: string[], options: ExportOptions): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options, 'events');
  const engine = await localEngine();
  const named = await Promise.all(names.map((name) => readFlavor(workspace, name)));
  const { flavors, dependencies } = await dependencyImages(workspace, options.experiment, engine);
  const chosen = [...new Map([...named, ...flavors].map((one) => [one.name, one])).values()];
  const all = chosen.length > 0;
  const wanted = all ? chosen : await readFlavors(workspace);
  const bases = await exportBases({ engine, flavors: wanted, dependencies, all, file, emit, signal });
  print(bases.map(({ ref }) => ref).join('\n'), { file, bases });
}
