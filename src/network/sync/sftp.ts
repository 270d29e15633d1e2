import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import { Semaphore } from '../ssh/index.js';
import type { DeviceFolder } from './device-folder.js';
import type { SyncPlan, SyncStep } from './plan.js';

type FileStep = Extract<SyncStep, { kind: 'file' }>;

/** Larger files are streamed through a command instead of being loaded into memory. */
const wholeLimitBytes = 4 * 1024 * 1024;
const filesAtOnce = 8;

/** A lost connection closes standard input like its normal end, so the file is renamed only if its size is correct. */
const receive = `cat >"$1" && [ "$(wc -c <"$1")" -eq "$2" ] && chmod "$3" "$1" && mv -f -- "$1" "$4" || {
  rm -f -- "$1"; echo 'the file arrived incomplete' >&2; exit 1; }`;

export interface SendRequest {
  /** The local folder. */
  from: string;
  plan: SyncPlan;
  sent: (bytes: number) => void;
  signal?: AbortSignal | undefined;
}

/** Sends the folders, files and links of a plan over the open connection. Files are written atomically. */
export async function sendBySftp(shell: Shell, folder: DeviceFolder, request: SendRequest): Promise<void> {
  const { plan, signal } = request;
  const made = plan.steps.filter((step) => step.kind === 'folder');
  const files = plan.steps.filter((step) => step.kind === 'file');
  await folder.folders(made.map(({ path }) => path));
  const semaphore = new Semaphore(filesAtOnce);
  const stop = new AbortController();
  await Promise.all(
    files.map(async (file) => {
      const release = await semaphore.acquire(signal);
      try {
        if (!stop.signal.aborted) await sendFile(shell, folder, file, request);
      } catch (error) {
        stop.abort();
        throw error;
      } finally {
        release();
      }
    }),
  );
  await folder.times(files);
  await folder.links(plan.steps.filter((step) => step.kind === 'link'));
  await folder.modes(made.toReversed());
}

async function sendFile(
  shell: Shell,
  folder: DeviceFolder,
  { path, sizeBytes, mode }: FileStep,
  { from, sent, signal }: SendRequest,
): Promise<void> {
  const to = `${folder.path}/${path}`;
  if (sizeBytes <= wholeLimitBytes) {
    await shell.write(to, await readFile(join(from, path)), mode);
    sent(sizeBytes);
    return;
  }
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent(chunk.length);
      done(null, chunk);
    },
  });
  const source = (await open(join(from, path))).createReadStream({ end: sizeBytes - 1 });
  source.on('error', (error) => counted.destroy(error));
  const temporary = `${to}.${randomBytes(4).toString('hex')}.tmp`;
  const words = [temporary, String(sizeBytes), mode.toString(8).padStart(4, '0'), to];
  const { code, stderr } = await shell.exec(['sh', '-c', receive, 'sh', ...words], {
    input: source.pipe(counted),
    timeoutMs: 24 * 3600 * 1000,
    ...(signal && { signal }),
  });
  source.destroy();
  if (code !== 0) throw notReceived(path, stderr);
}

function notReceived(path: string, stderr: string): CollabError {
  return new CollabError('sync-file', {
    what: `${path} could not be sent.`,
    why: plainText(stderr.trim()),
    next: 'Check whether the disk of the device is full or the file changed during the transfer, then sync again.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
