import { formatFault, validateExperiment } from '../../index.js';
import { openSession, takeSource, type TakeOptions } from '../session/index.js';
import { importedText, sourceResult } from '../text/index.js';

export interface ImportOptions extends TakeOptions {
  json?: boolean;
}

/** `collab import <source>`: an experiment of someone else, after the user has seen what it asks for. */
export async function importExperiment(source: string, options: ImportOptions): Promise<void> {
  const session = openSession(options, 'events');
  const { workspace, say, print } = session;
  const { opened, imported } = await takeSource(session, source, options);
  if (imported === null) {
    print('Nothing was imported.', { ...sourceResult(opened), name: null, folder: null, run: null });
    return;
  }
  const { name, folder, present, run } = imported;
  const { faults, remarks } = await validateExperiment(workspace, folder);
  for (const one of [...faults, ...remarks]) say(`remark: ${formatFault(one)}`);
  if (faults.length > 0) say(`It cannot run here yet. Check again with: collab validate ${name}`);
  else say(`Run it with: collab run ${name}`);
  const result = { ...sourceResult(opened), name, folder, present, run, faults, remarks };
  print(importedText(imported), result);
}
