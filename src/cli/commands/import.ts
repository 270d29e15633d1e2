import {
  CollabError,
  ExitCode,
  formatFault,
  importSource,
  localEngine,
  type OpenedSource,
  openSource,
  planImport,
  validateExperiment,
} from '../../index.js';
import { canAsk, confirm, openSession } from '../session/index.js';
import { importedText, sourceResult, sourceText } from '../text/index.js';

export interface ImportOptions {
  as?: string;
  path?: string;
  yes?: boolean;
  trust?: string;
  json?: boolean;
}

/** `collab import <source>`: an experiment of someone else, after the user has seen what it asks for. */
export async function importExperiment(source: string, options: ImportOptions): Promise<void> {
  const { workspace, emit, signal, say, print } = openSession(options, 'events');
  const { as, path } = options;
  await using opened = await openSource({ workspace, source, path, env: process.env, emit, signal });
  const plan = await planImport(workspace, opened, as);
  say(sourceText(opened, plan));
  if (!(await isTrusted(opened, options))) {
    print('Nothing was imported.', { ...sourceResult(opened), name: null, folder: null, run: null });
    return;
  }
  const imported = await importSource({ workspace, opened, as, engine: localEngine, emit, signal });
  const { name, folder, present, run } = imported;
  const { faults, remarks } = await validateExperiment(workspace, folder);
  for (const one of [...faults, ...remarks]) say(`remark: ${formatFault(one)}`);
  if (faults.length > 0) say(`It cannot run here yet. Check again with: collab validate ${name}`);
  else say(`Run it with: collab run ${name}`);
  const result = { ...sourceResult(opened), name, folder, present, run, faults, remarks };
  print(importedText(imported), result);
}

/** @throws CollabError `not-trusted` if it has another hash, or if nobody can be asked */
async function isTrusted({ hash }: OpenedSource, { yes, trust }: ImportOptions): Promise<boolean> {
  if (trust !== undefined && trust.toLowerCase() !== hash) {
    throw notTrusted('It is not what --trust names. Nothing was imported.', `It has the hash ${hash}.`);
  }
  if (yes === true && trust !== undefined) return true;
  if (yes === true || !canAsk()) {
    const what =
      yes === true
        ? '--yes needs --trust.'
        : 'An import needs confirmation, and there is no terminal to ask on.';
    throw notTrusted(`${what} Nothing was imported.`, `What was checked has the hash ${hash}.`, hash);
  }
  return confirm('Import it?', false);
}

function notTrusted(what: string, why: string, hash?: string): CollabError {
  return new CollabError('not-trusted', {
    what,
    why,
    next:
      hash === undefined
        ? 'Compare the hash with what its author tells, by another way than that by which it came.'
        : `If that is the hash that its author tells: --yes --trust ${hash}`,
    exitCode: ExitCode.usage,
  });
}
