import {
  dataToPrune,
  eachDevice,
  formatBytes,
  neededData,
  refuseHeld,
  removeData,
  sentData,
  type SentData,
} from '../../../index.js';
import {
  canAsk,
  cannotAsk,
  confirm,
  failTogether,
  pickedDevices,
  type PickOptions,
  type Session,
} from '../../session/index.js';
import { table } from '../../text/index.js';

interface Found {
  device: string;
  data: SentData[];
}

/** Removes data that runs have sent to devices and that no experiment here sends any more. */
export async function pruneData(
  { workspace, emit, signal, say, print, clock }: Session,
  options: PickOptions & { all?: boolean; yes?: boolean; dryRun?: boolean },
): Promise<void> {
  const { lan, devices } = await pickedDevices(workspace, options);
  const needed = options.all === true ? null : await neededData(workspace, signal);
  for (const { experiment, reason } of needed?.unread ?? []) {
    say(`note: what data ${experiment} needs is not known, and is not kept: ${reason}`);
  }
  const reach = { lan, workspace, emit, signal };
  const looked = await eachDevice(devices, reach, async (connected) =>
    dataToPrune(await sentData(connected), needed?.hashes ?? []),
  );
  const found = looked.done.map(({ device, value: data }) => ({ device, data })).filter(hasAny);
  if (found.length > 0) say(textOf(found));
  const wouldRemove = { removed: [], would_remove: found.map(asData) };
  const ask = found.length > 0 && options.dryRun !== true && options.yes !== true;
  if (ask && !canAsk()) throw cannotAsk('Whether to remove this data', '--yes');
  if (options.dryRun === true || (ask && !(await confirm('Remove it?')))) {
    print('Nothing was removed.', wouldRemove);
    failTogether('The data could not be looked at on', looked.failures, looked.done.length);
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
  const freed = removed.flatMap(({ data }) => data).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const count = removed.flatMap(({ data }) => data).length;
  print(`${count} folders of data removed, ${formatBytes(freed)} freed.`, { removed: removed.map(asData) });
  failTogether('The data could not be removed from', [...looked.failures, ...act.failures], act.done.length);
}

const hasAny = ({ data }: Found) => data.length > 0;

const asData = ({ device, data }: Found) => ({
  device,
  data: data.map(({ name, sizeBytes }) => ({ name, size_bytes: sizeBytes })),
});

function textOf(found: readonly Found[]): string {
  const rows = found.flatMap(({ device, data }) =>
    data.map(({ name, sizeBytes }) => [
      ...[device, name.slice(0, 12), formatBytes(sizeBytes)],
      name.endsWith('.part') ? 'did not arrive whole' : '',
    ]),
  );
  return table(['DEVICE', 'DATA', 'FREES', ''], rows);
}
