import { spawn, execFile, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { promisify } from 'node:util';
import { CollabError, ExitCode } from '../../../errors.js';

const run = promisify(execFile);
/** The first python3 in PATH may belong to pyenv or a virtual environment and lack pandas. */
const pythons = ['python3', '/usr/bin/python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'];
const baseImages = 'collab/base-*';

/** A command that runs Python with pandas; Python's arguments are appended. */
export type PandasPython = readonly [command: string, ...args: string[]];

/**
 * Finds a Python with pandas: on this machine, else in a base image.
 * @throws CollabError `no-pandas`
 */
export async function findPandas(): Promise<PandasPython> {
  for (const python of pythons) if (await hasPandas([python])) return [python];
  for (const image of await localBaseImages()) {
    const inImage = ['docker', 'run', '--rm', '-i', '--network', 'none', image, 'python3'] as const;
    if (await hasPandas(inImage)) return inImage;
  }
  throw new CollabError('no-pandas', {
    what: 'The pickle format needs pandas, which was not found.',
    why: `Tried ${pythons.join(', ')} and the base images of this machine's engine.`,
    next: 'Install it (Debian: apt-get install python3-pandas; elsewhere: pip install pandas), or use --format parquet.',
    exitCode: ExitCode.usage,
  });
}

async function hasPandas([command, ...args]: PandasPython): Promise<boolean> {
  return run(command, [...args, '-c', 'import pandas'], { timeout: 60_000 }).then(
    () => true,
    () => false,
  );
}

async function localBaseImages(): Promise<string[]> {
  const args = ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', '--filter', `reference=${baseImages}`];
  return run('docker', args, { timeout: 10_000 }).then(
    ({ stdout }) => stdout.split('\n').filter((line) => line !== '' && !line.endsWith('<none>')),
    () => [],
  );
}

/** Starts a Python program, whose result is its stdout. */
export function startPython(
  [command, ...args]: PandasPython,
  script: string,
): ChildProcessWithoutNullStreams {
  return spawn(command, [...args, '-c', script]);
}
