import {
  CollabError,
  ExitCode,
  type ImportedSource,
  importSource,
  localEngine,
  type OpenedSource,
  openSource,
  planImport,
} from '../../index.js';
import { sourceText } from '../text/index.js';
import { canAsk, confirm } from './prompts.js';
import type { Session } from './session.js';

export interface TakeOptions {
  as?: string;
  path?: string;
  yes?: boolean;
  trust?: string;
}

/** What was looked at, whose files are gone now, and what became of it. */
export interface TakenSource {
  opened: OpenedSource;
  /** Null if the user does not want it after all. */
  imported: ImportedSource | null;
}

/**
 * Imports an experiment of someone else, after the user has seen what it asks for.
 * @throws CollabError `not-trusted`, and those of `openSource` and `importSource`
 */
export async function takeSource(
  { workspace, emit, signal, say }: Session,
  source: string,
  options: TakeOptions,
): Promise<TakenSource> {
  const { as, path } = options;
  await using opened = await openSource({ workspace, source, path, env: process.env, emit, signal });
  const plan = await planImport(workspace, opened, as);
  say(sourceText(opened, plan));
  if (!(await isTrusted(opened, options))) return { opened, imported: null };
  const imported = await importSource({ workspace, opened, as, engine: localEngine, emit, signal });
  return { opened, imported };
}

/** @throws CollabError `not-trusted` if it has another hash, or if nobody can be asked */
async function isTrusted({ hash }: OpenedSource, { yes, trust }: TakeOptions): Promise<boolean> {
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
