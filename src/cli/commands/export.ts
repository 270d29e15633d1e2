import { exportBundle, findOwnRun, localEngine, readSettledRun, userHere } from '../../index.js';
import { openSession } from '../session/index.js';
import { exportedText } from '../text/index.js';

export interface ExportOptions {
  withRun?: string;
  withImages?: boolean;
  output?: string;
  force?: boolean;
  json?: boolean;
}

/** `collab export <experiment>`: an experiment as one file, with a run of it if asked. */
export async function exportExperiment(experiment: string, options: ExportOptions): Promise<void> {
  const { workspace, emit, signal, say, print } = openSession(options, 'events');
  const { withRun, withImages = false, output: file, force = false } = options;
  const folder =
    withRun === undefined
      ? null
      : await findOwnRun(workspace.logs, withRun, (job) => `Its output: collab job output ${job}`);
  const run = folder === null ? null : { folder, record: await readSettledRun(folder) };
  const exported = await exportBundle({
    workspace,
    experiment,
    run,
    engine: withImages ? await localEngine() : null,
    file,
    folder: process.cwd(),
    force,
    by: userHere(),
    env: process.env,
    emit,
    signal,
  });
  const { manifest, sha256, sizeBytes, unchanged, notes } = exported;
  for (const note of notes) say(`note: ${note}`);
  print(exportedText(exported), {
    file: exported.file,
    sha256,
    size_bytes: sizeBytes,
    unchanged,
    experiment: manifest.experiment,
    run: manifest.run?.id ?? null,
    entries: manifest.entries.length,
    notes,
  });
}
