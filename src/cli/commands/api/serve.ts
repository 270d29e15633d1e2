import {
  anyMember,
  openApi,
  openFleet,
  openFleetJobs,
  serveWorkspace,
  workspaceToken,
} from '../../../index.js';
import { packageVersion } from '../../../package-folder.js';
import {
  chosenFleet,
  type FleetOptions,
  memberActs,
  openSession,
  untilAborted,
} from '../../session/index.js';
import { servedText } from '../../text/index.js';

export interface ServeFlags extends FleetOptions {
  port: number;
  address: string;
  spec?: boolean;
}

/** `collab api`: serves the API on this machine until Ctrl-C; with --spec its specification. */
export async function apiServe(flags: ServeFlags): Promise<void> {
  const session = openSession(flags, 'result', 'The API ends.');
  const { workspace, clock, signal, say, print } = session;
  const version = packageVersion();
  if (flags.spec === true) {
    const spec = openApi(version);
    print(JSON.stringify(spec, null, 2), spec);
    return;
  }
  const fleet = await openFleet(workspace, await chosenFleet(workspace, flags));
  const random = () => Math.random();
  await using jobs = await untilAborted(openFleetJobs(fleet, { clock, random }), signal);
  const { token, path } = await workspaceToken(workspace);
  const clients = fleet.clients.map(({ client }) => client);
  const members = async () => (await anyMember(clients, (member) => member.members())).members;
  const { name } = fleet;
  const { logs: logsFolder } = workspace;
  const log = (line: string) => say(`note: ${line}`);
  const parts = { fleet: name, jobs, members, acts: memberActs(fleet), logsFolder, clock, random };
  const served = { ...parts, token, version, log };
  await using listening = await serveWorkspace(served, flags);
  const host = flags.address.includes(':') ? `[${flags.address}]` : flags.address;
  const address = `http://${host}:${listening.port}`;
  print(servedText(address, token, path), { address, token, token_file: path, fleet: name });
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
