import {
  type Device,
  everywhere,
  hasWork,
  type LAN,
  LanStore,
  otherWorkspaces,
  planClean,
  removeRemains,
} from '../../index.js';
import { agrees, openSession, pickedDevices, throwIfFailed, type PickOptions } from '../session/index.js';
import { cleanedText, cleanNotes, cleanResult, cleanText, nothingText } from '../text/index.js';

export interface CleanOptions extends PickOptions {
  uncollected?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

/** `collab clean`: removes what runs that are over left on devices and on this machine. */
export async function clean(options: CleanOptions): Promise<void> {
  const { workspace, clock, emit, signal, say, print } = openSession(options, 'events');
  const logs = [workspace, ...(await otherWorkspaces(workspace))].map((one) => one.logs);
  const how = { logs, uncollected: options.uncollected === true };
  const picked = await pickedOrNone();
  const reach = picked && { lan: picked.lan, workspace, emit, signal };
  const devices = picked?.devices ?? null;

  const looked = await everywhere(devices, reach, (connected, engine) => planClean(connected, engine, how));
  for (const note of cleanNotes(looked.done)) say(note);
  const toRemove = cleanText(looked.done, clock.now());
  if (toRemove !== null) say(toRemove);
  const agreed =
    toRemove !== null &&
    options.dryRun !== true &&
    (await agrees(options.yes, 'Removing these needs confirmation', 'Remove them?'));
  if (!agreed) {
    print(nothingText(looked.done), cleanResult(looked.done, [], options.dryRun === true));
    throwIfFailed('Could not look at', looked.failures, looked.done.length);
    return;
  }
  // Looked at again: a run may have been taken up while the question waited.
  const act = await everywhere(devices, reach, async (connected, engine) => {
    const after = [];
    for (const plan of await planClean(connected, engine, how))
      after.push(hasWork(plan) ? await removeRemains(connected, engine, plan, how) : plan);
    return after;
  });
  const known = cleanNotes(looked.done);
  for (const note of cleanNotes(act.done)) if (!known.includes(note)) say(note);
  print(cleanedText(act.done), cleanResult(act.done, act.done, false));
  throwIfFailed('Could not clean', act.failures, act.done.length);

  /** Without a LAN, this machine alone is looked at. */
  async function pickedOrNone(): Promise<{ lan: LAN; devices: Device[] } | null> {
    const isAsked =
      options.lan !== undefined || options.only !== undefined || options.deviceTag?.length !== 0;
    if (!isAsked && (await new LanStore(workspace).list()).length === 0) return null;
    return pickedDevices(workspace, options);
  }
}
