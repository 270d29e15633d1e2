/**
 * collab's side of the benchmarks with many sessions, as a separate program so that its start counts like that of its
 * peers: node sessions.mjs <workspace> <LAN> <sessions> connect|facts. Prints nothing; exits 1 if a session fails.
 */
import { LanStore, onEachDevice, readFacts, Workspace } from '../../dist/index.js';

const [folder, name, sessions, what] = process.argv.slice(2);
const workspace = new Workspace(folder);
const lan = await new LanStore(workspace).load(name);
const devices = Array.from(
  { length: Number(sessions) },
  (_, index) => lan.devices[index % lan.devices.length],
);
const options = { lan, workspace, emit: () => undefined };
const failed = await onEachDevice(devices, options, async ({ device, connected, error }) => {
  if (connected === undefined) {
    console.error(device.name, error);
    return true;
  }
  if (what === 'facts') await readFacts(connected.shell);
  const { code } = what === 'facts' ? { code: 0 } : await connected.shell.exec(['true']);
  await connected.close();
  return code !== 0;
});
process.exitCode = failed.includes(true) ? 1 : 0;
