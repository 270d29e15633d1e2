import { deviceImages, eachEngine, neededImages, planPrune, prune } from '../../../index.js';
import {
  canAsk,
  cannotAsk,
  confirm,
  failTogether,
  openSession,
  pickedDevices,
  type PickOptions,
} from '../../session/index.js';
import { prunedResult, prunedText, pruneText, refsOf } from '../../text/index.js';
import { pruneData } from './prune-data.js';
import { pruneHere } from './prune-here.js';

export interface PruneOptions extends PickOptions {
  all?: boolean;
  here?: boolean;
  data?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

/** `collab images prune`: room on the devices, of what collab has put there. */
export async function imagesPrune(options: PruneOptions): Promise<void> {
  const session = openSession(options);
  const { workspace, emit, signal, say, print } = session;
  const instead = options.here === true ? pruneHere : options.data === true ? pruneData : null;
  if (instead !== null) {
    await instead(session, options);
    return;
  }
  const { lan, devices } = await pickedDevices(workspace, options);
  const needed = options.all === true ? null : await neededImages(workspace, devices);
  for (const { experiment, reason } of needed?.unread ?? []) {
    say(`note: what ${experiment} needs is not known, and is not kept: ${reason}`);
  }
  const reach = { lan, workspace, emit, signal };
  const { done, failures } = await eachEngine(devices, reach, async (_, engine) =>
    planPrune(await deviceImages(engine), needed?.refs ?? new Set()),
  );
  const plans = done.map(({ device, value: plan }) => ({ device, plan }));
  const found = plans.filter(({ plan }) => plan.remove.length > 0);
  if (found.length > 0) say(pruneText(found));
  if (found.length > 0 && options.dryRun !== true && options.yes !== true) {
    if (!canAsk()) throw cannotAsk('Whether to remove these images', '--yes');
    if (!(await confirm('Remove them?'))) {
      print('Nothing was removed.', { removed: [], in_use: [] });
      return;
    }
  }
  const chosen = devices.filter(({ name }) => found.some(({ device }) => device === name));
  const act = await eachEngine(options.dryRun === true ? [] : chosen, reach, (connected, engine) => {
    const mine = found.find(({ device }) => device === connected.device.name);
    return prune(engine, mine?.plan.remove ?? []);
  });
  const result = prunedResult(act.done);
  const dry = {
    removed: [],
    in_use: [],
    would_remove: found.map(({ device, plan }) => ({ device, refs: refsOf(plan) })),
  };
  if (options.dryRun === true) print('Nothing was removed.', dry);
  else print(prunedText(result), result);
  failTogether('The images could not be removed from', [...failures, ...act.failures], act.done.length);
}
