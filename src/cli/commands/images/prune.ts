import { deviceImages, eachEngine, neededElsewhere, neededImages, planPrune, prune } from '../../../index.js';
import { agrees, openSession, pickedDevices, throwIfFailed, type PickOptions } from '../../session/index.js';
import {
  keptNotes,
  keptResult,
  prunedResult,
  prunedText,
  pruneText,
  refsOf,
  unreadElsewhereNote,
} from '../../text/index.js';
import { pruneData } from './prune-data.js';
import { pruneHere } from './prune-here.js';

export interface PruneOptions extends PickOptions {
  all?: boolean;
  here?: boolean;
  data?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

/** `collab images prune`: frees disk space on the devices by removing what collab has put there. */
export async function imagesPrune(options: PruneOptions): Promise<void> {
  const session = openSession(options, 'events');
  if (options.here === true) return pruneHere(session, options);
  if (options.data === true) return pruneData(session, options);
  const { workspace, emit, signal, say, print } = session;
  const { lan, devices } = await pickedDevices(workspace, options);
  const needed = options.all === true ? null : await neededImages(workspace, devices);
  for (const { experiment, reason } of needed?.unread ?? [])
    say(`note: images of ${experiment} are not kept, because collab cannot tell which it needs: ${reason}`);
  const elsewhere = await neededElsewhere(workspace, devices);
  for (const note of elsewhere.unread.map(unreadElsewhereNote)) say(note);
  const reach = { lan, workspace, emit, signal };
  const { done, failures } = await eachEngine(devices, reach, async (_, engine) =>
    needed === null
      ? planPrune(await deviceImages(engine), new Set())
      : planPrune(await deviceImages(engine), needed.refs, elsewhere.ownerOf),
  );
  const kept = done.flatMap(({ device, value }) => value.keepFor.map((one) => ({ ...one, device })));
  for (const note of keptNotes(kept, 'image', 'images')) say(note);
  const keptFor = keptResult(kept);
  const found = done
    .map(({ device, value: plan }) => ({ device, plan }))
    .filter(({ plan }) => plan.remove.length > 0);
  if (found.length > 0) say(pruneText(found, elsewhere.ownerOf));
  if (options.dryRun === true) {
    const wouldRemove = found.map(({ device, plan }) => ({ device, refs: refsOf(plan) }));
    print('Nothing was removed.', { removed: [], in_use: [], kept_for: keptFor, would_remove: wouldRemove });
    throwIfFailed('Could not remove images from', failures, 0);
    return;
  }
  const need = 'Removing these images needs confirmation';
  if (found.length > 0 && !(await agrees(options.yes, need, 'Remove them?'))) {
    print('Nothing was removed.', { removed: [], in_use: [], kept_for: keptFor });
    return;
  }
  const chosen = devices.filter(({ name }) => found.some(({ device }) => device === name));
  const act = await eachEngine(chosen, reach, (connected, engine) => {
    const mine = found.find(({ device }) => device === connected.device.name);
    return prune(engine, mine?.plan.remove ?? []);
  });
  const result = prunedResult(act.done);
  print(prunedText(result), { ...result, kept_for: keptFor });
  throwIfFailed('Could not remove images from', [...failures, ...act.failures], act.done.length);
}
