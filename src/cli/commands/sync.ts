import { basename, resolve } from 'node:path';
import { LanStore, pickDevices, syncDevices } from '../../index.js';
import { throwIfFailed, openSession } from '../session/index.js';
import { syncDoneText, syncPlanText } from '../text/index.js';

export interface SyncOptions {
  lan?: string;
  only?: string[];
  deviceTag: string[];
  to?: string;
  delete?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** `collab sync [folder]`: sends changed files to the devices. */
export async function sync(folder: string | undefined, options: SyncOptions): Promise<void> {
  const { workspace, clock, emit, signal, print } = openSession(options, 'events');
  const lans = new LanStore(workspace);
  const lan = options.lan === undefined ? await lans.current() : await lans.load(options.lan);
  const { done, failures } = await syncDevices({
    workspace,
    clock,
    emit,
    signal,
    lan,
    devices: pickDevices(lan, { only: options.only, tags: options.deviceTag }),
    folder: folder === undefined ? null : resolve(folder),
    to: options.to,
    remove: options.delete === true,
    dryRun: options.dryRun === true,
  });
  if (done.length > 0) {
    const text = done.map(options.dryRun === true ? syncPlanText : syncDoneText).join('\n');
    print(text, { dry_run: options.dryRun === true, devices: done.map(record) });
  }
  throwIfFailed(`Could not send ${basename(folder ?? workspace.root)} to`, failures, done.length);
}

function record({ device, to, way, plan, seconds }: Parameters<typeof syncDoneText>[0]) {
  return {
    device,
    to,
    way,
    seconds,
    total_bytes: plan.totalBytes,
    unchanged: plan.unchanged,
    steps: plan.steps,
  };
}
