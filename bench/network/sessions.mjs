/**
 * collab's side of the many-sessions parts, as a program of its own so that its start counts as that of the others
 * does: node sessions.mjs <workspace> <LAN> <sessions> connect|facts. Prints nothing; exits 1 when one session fails.
 */
import { connectDevices, LanStore, readFacts, Workspace } from '../../dist/index.js';

const [folder, name, sessions, what] = process.argv.slice(2);
const workspace = new Workspace(folder);
const lan = await new LanStore(workspace).load(name);
const devices = Array.from(
  { length: Number(sessions) },
  (_, index) => lan.devices[index % lan.devices.length],
);
const answers = await connectDevices(devices, { lan, workspace, emit: () => undefined });
const failed = answers.filter((one) => 'error' in one);
for (const { device, error } of failed) console.error(device.name, error);
await Promise.all(
  answers.map(async ({ connected }) => {
    if (connected === undefined) return;
    if (what === 'facts') await readFacts(connected.shell);
    else if ((await connected.shell.exec(['true'])).code !== 0) failed.push(connected);
    await connected.close();
  }),
);
process.exitCode = failed.length === 0 ? 0 : 1;
