import { exportBases, localEngine, readFlavours, readFlavour } from '../../../index.js';
import { openSession } from '../../session.js';

/** `collab images export <file> [flavours...]`: base images for a machine without a network. */
export async function imagesExport(
  file: string,
  names: string[],
  options: { json?: boolean },
): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options);
  const engine = await localEngine();
  const wanted =
    names.length === 0
      ? await readFlavours(workspace)
      : await Promise.all(names.map((name) => readFlavour(workspace, name)));
  const bases = await exportBases({ engine, flavours: wanted, all: names.length > 0, file, emit, signal });
  print(bases.map(({ ref }) => ref).join('\n'), { file, bases });
}
