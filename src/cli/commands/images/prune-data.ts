import {
  dataToPrune,
  eachDevice,
  neededData,
  neededDataElsewhere,
  refuseHeld,
  removeData,
  sentData,
} from '../../../index.js';
import { agrees, pickedDevices, throwIfFailed, type PickOptions, type Session } from '../../session/index.js';
import { dataResult, dataText, keptNotes, removedDataText } from '../../text/index.js';

/** `collab images prune --data`: removes data that runs have sent to devices and that no experiment here sends now. */
export async function pruneData(
  { workspace, emit, signal, say, print, clock }: Session,
  options: PickOptions & { all?: boolean; yes?: boolean; dryRun?: boolean },
): Promise<void> {
  const { lan, devices } = await pickedDevices(workspace, options);
  const needed = options.all === true ? null : await neededData(workspace, signal);
  for (const { experiment, reason } of needed?.unread ?? [])
    say(`note: data of ${experiment} is not kept, because collab cannot tell which it needs: ${reason}`);
  const elsewhere = options.all === true ? [] : await neededDataElsewhere(workspace, signal);
  for (const { workspace: root, unread } of elsewhere)
    for (const { experiment, reason } of unread)
      say(
        `note: data of ${experiment} in ${root} is not kept, because collab cannot tell which it needs: ${reason}`,
      );
  const reach = { lan, workspace, emit, signal };
  const kept: { owner: string }[] = [];
  const listed = await eachDevice(devices, reach, async (connected) => {
    const unneeded = dataToPrune(await sentData(connected), needed?.hashes ?? []);
    return elsewhere.reduce((left, { workspace: owner, hashes }) => {
      const rest = dataToPrune(left, hashes);
      kept.push(...left.slice(rest.length).map(() => ({ owner })));
      return rest;
    }, unneeded);
  });
  for (const note of keptNotes(kept, 'folder of data', 'folders of data')) say(note);
  const found = listed.done
    .map(({ device, value: data }) => ({ device, data }))
    .filter(({ data }) => data.length > 0);
  if (found.length > 0) say(dataText(found));
  const need = 'Removing this data needs confirmation';
  const keep =
    options.dryRun === true || (found.length > 0 && !(await agrees(options.yes, need, 'Remove it?')));
  if (keep) {
    print('Nothing was removed.', { removed: [], would_remove: found.map(dataResult) });
    throwIfFailed('Could not list the data on', listed.failures, listed.done.length);
    return;
  }
  const chosen = devices.filter(({ name }) => found.some(({ device }) => device === name));
  const act = await eachDevice(chosen, reach, async (connected) => {
    const mine = found.find(({ device }) => device === connected.device.name);
    await refuseHeld(connected, clock);
    await removeData(connected, mine?.data ?? []);
    return mine?.data ?? [];
  });
  const removed = act.done.map(({ device, value: data }) => ({ device, data }));
  print(removedDataText(removed), { removed: removed.map(dataResult) });
  throwIfFailed('Could not remove the data from', [...listed.failures, ...act.failures], act.done.length);
}
