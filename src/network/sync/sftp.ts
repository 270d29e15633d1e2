import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { type Shell, streamFile, wholeLimitBytes } from '../shell/index.js';
import { Semaphore } from '../ssh/index.js';
import type { DeviceFolder } from './device-folder.js';
import type { SyncPlan, SyncStep } from './plan.js';

type FileStep = Extract<SyncStep, { kind: 'file' }>;

const filesAtOnce = 8;

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
  const why = await streamFile(shell, { from: join(from, path), to, sizeBytes, mode }, { sent, signal });
  if (why !== null) throw notReceived(path, why);
}

function notReceived(path: string, why: string): CollabError {
  return new CollabError('sync-file', {
    what: `${path} could not be sent.`,
    why,
    next: 'Check whether the disk of the device is full or the file changed during the transfer, then sync again.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
