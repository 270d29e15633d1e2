import { type DeviceFacts, LanStore, LocalShell, readFacts } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import { type FleetRecord, memberIdOf } from '../install/index.js';
import type { HostFacts } from './report.js';

const unknown: HostFacts = { model: null, os: null, kernel: null, engine: null };

/** What is known of the devices of a fleet: from the file of the LAN, or of this machine. */
export async function hostFacts(
  record: FleetRecord,
  workspace: Workspace,
): Promise<(memberId: string) => HostFacts> {
  if (record.lan === null) {
    const own = hostFactsOf(await readFacts(new LocalShell()));
    return () => own;
  }
  const { devices } = await new LanStore(workspace).load(record.lan);
  return (id) => {
    const device = devices.find((one) => memberIdOf(one.id) === id);
    return device === undefined ? unknown : hostFactsOf(device.facts);
  };
}

const hostFactsOf = ({ model, os, kernel, engine }: DeviceFacts): HostFacts => ({
  model,
  os: os.name,
  kernel,
  engine: engine.available ? engine.version : null,
});
