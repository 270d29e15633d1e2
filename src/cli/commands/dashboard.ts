import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { serveDashboard, views } from '../../dashboard/index.js';
import {
  anyMember,
  apiListener,
  fleetSight,
  fleetStatus,
  openFleet,
  openFleetJobs,
  openOwnFleet,
  workspaceCaller,
  workspaceToken,
} from '../../index.js';
import { packageVersion } from '../../package-folder.js';
import {
  askForLink,
  chosenFleet,
  type FleetOptions,
  openSession,
  untilAborted,
  zipSubmitter,
} from '../session/index.js';
import { dashboardText } from '../text/index.js';

export interface DashboardFlags extends FleetOptions {
  port: number;
  address: string;
  host: string[];
  readOnly?: boolean;
  link?: boolean;
}

/** `collab dashboard`: serves the dashboard until Ctrl-C; with --link, another link to the one that is served. */
export async function dashboard(flags: DashboardFlags): Promise<void> {
  const session = openSession(flags, 'result', 'The dashboard ends.');
  const { workspace, clock, signal, say, print } = session;
  const { token } = await workspaceToken(workspace);
  if (flags.link === true) {
    const link = await askForLink(flags, token, signal);
    print(link, { link });
    return;
  }
  const name = await chosenFleet(workspace, flags);
  const fleet = await openFleet(workspace, name);
  const random = () => Math.random();
  await using jobs = await untilAborted(openFleetJobs(fleet, { clock, random }), signal);
  const status = async (until: AbortSignal) => {
    if (fleet.credentials.kind === 'guest')
      return fleetSight(fleet, (asked) => jobs.store.placement(asked), until);
    // Read again each time: the fleet may change while the page is open.
    const { record, credentials } = await openOwnFleet(workspace, name);
    return fleetStatus(record, credentials, until);
  };
  const clients = fleet.clients.map(({ client }) => client);
  const members = async () => (await anyMember(clients, (member) => member.members())).members;
  const { logs: logsFolder } = workspace;
  const caller = workspaceCaller({ fleet: name, jobs, members, logsFolder, clock, random });
  const version = packageVersion();
  const log = (line: string) => say(`note: ${line}`);
  const parts = {
    fleet: name,
    status,
    workers: (until: AbortSignal) => jobs.workers({ signal: until }),
    jobs: (until: AbortSignal) => jobs.list({ signal: until }),
    submit: zipSubmitter({ jobs, session, fleet }),
    api: apiListener({ enter: () => Promise.resolve(caller), log, version }),
    routes: [],
    views,
    folder: join(await workspace.openPrivate(), 'dashboard', name),
    readOnly: flags.readOnly === true,
    secret: () => randomBytes(32).toString('base64url'),
    version,
    clock,
    log,
  };
  await using served = await serveDashboard(parts, { ...flags, hosts: flags.host, ownerToken: token });
  const link = served.newLink();
  print(dashboardText(link, flags), { link, port: served.port, fleet: name, read_only: parts.readOnly });
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
