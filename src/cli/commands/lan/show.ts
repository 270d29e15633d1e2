import { formatBytes } from '../../../index.js';
import { deviceTable } from '../../text/index.js';
import { chosenLan, openSession } from '../../session/index.js';

/** `collab lan show [name]`: a LAN with its controller and devices. */
export async function lanShow(name: string | undefined, options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const lan = await chosenLan(workspace, name);
  const { name: host, facts } = lan.controller;
  const controller = `controller ${host}: ${facts.os.name}, ${facts.architecture}, ${facts.cores} cores, ${formatBytes(facts.memoryBytes)}`;
  print(`LAN ${lan.name}\n${controller}\n${deviceTable(lan.devices)}`, lan.toJSON());
}
