import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { messageOf } from '../../errors.js';
import { type ExitRecord, roleFiles } from '../../logs/index.js';
import type { RoleInstance } from './role-instance.js';

/** Whether the files of a role instance are those that its wrapper left. */
export interface WrittenFiles {
  /** For each file that is not: what is wrong with it, `samples.jsonl has 41 of 82 lines`. */
  readonly faults: readonly string[];
  /** Why some or all of them could not be compared; null if all were. */
  readonly unchecked: string | null;
}

type Written = NonNullable<ExitRecord['files']>[string];

const unchanged: WrittenFiles = { faults: [], unchecked: null };
/** Files that the wrapper counts; others belong to the controller or to a sampler on the host. */
const counted = ['samples', 'processes', 'results', 'spans', 'state', 'stdout', 'stderr'] as const;

/**
 * Compares the files of a role's folder with the counts in its exit.json: sizes, and the CRC-32 of all but the outputs. It
 * reads the files whole. Nothing is compared while the trial runs, because its files are still being copied.
 */
export async function compareWritten(
  instance: Pick<RoleInstance, 'run' | 'trial' | 'exit' | 'folder'>,
): Promise<WrittenFiles> {
  const { run, trial, exit, folder } = instance;
  if (exit === null || (trial.state === 'running' && run.state === 'running')) return unchanged;
  const { files, outputs = null, files_unsure: unsure } = exit;
  if (files === undefined) return { faults: [], unchecked: `${roleFiles.exit} does not have their sizes` };
  const reasons = unsure === undefined ? [] : [unsure];
  const faults: string[] = [];
  const note = (file: string, { fault, reason }: Compared) => {
    if (fault !== undefined) faults.push(`${file} ${fault}`);
    if (reason !== undefined) reasons.push(`${file}: ${reason}`);
  };
  const mayGrow = unsure !== undefined;
  for (const key of counted) {
    const name = roleFiles[key];
    note(name, await compare(join(folder, name), files[name] ?? null, mayGrow));
  }
  for (const [path, bytes] of Object.entries(outputs?.listed ?? {})) {
    const file = `${roleFiles.outputs}/${path}`;
    note(file, await compare(join(folder, file), { bytes, lines: null, crc32: null }, mayGrow));
  }
  const listed = Object.keys(outputs?.listed ?? {}).length;
  if (outputs !== null && outputs.files > listed)
    reasons.push(`${outputs.files - listed} of ${outputs.files} outputs are not named in ${roleFiles.exit}`);
  return { faults, unchecked: reasons.length === 0 ? null : reasons.join('; ') };
}

interface Compared {
  fault?: string;
  reason?: string;
}

/** @param mayGrow a process may have written to it after it was counted */
async function compare(path: string, written: Written | null, mayGrow: boolean): Promise<Compared> {
  const size = await stat(path).then(
    (file) => (file.isFile() ? file.size : null),
    () => null,
  );
  if (written === null) return size === null ? {} : { fault: 'was added after the role had ended' };
  if (size === null)
    return { fault: written.lines === null ? 'is missing' : `is missing (${linesOf(written.lines)})` };
  if (mayGrow && size > written.bytes) return {};
  try {
    if (size === written.bytes && written.crc32 === null) return {};
    const now = await countLines(path);
    if (now.bytes === written.bytes && now.crc32 === written.crc32) return {};
    if (now.bytes === written.bytes) return { fault: 'was changed after the role had ended' };
    if (written.lines === null) return { fault: `has ${now.bytes} instead of ${written.bytes} bytes` };
    return {
      fault: `has ${now.lines} instead of ${linesOf(written.lines)} (${now.bytes} instead of ${written.bytes} bytes)`,
    };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

const linesOf = (lines: number) => `${lines} line${lines === 1 ? '' : 's'}`;

const newline = 10;

/** Lines as the wrapper counts them: a last one without a newline counts. */
async function countLines(path: string): Promise<{ bytes: number; lines: number; crc32: string }> {
  let [bytes, lines, checksum, last] = [0, 0, 0, newline];
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    checksum = crc32(chunk, checksum);
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) lines += 1;
    last = chunk.at(-1) ?? last;
  }
  return { bytes, lines: lines + Number(last !== newline), crc32: checksum.toString(16).padStart(8, '0') };
}
