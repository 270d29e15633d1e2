import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { deviceRoutes, onlyUser, runRoutes, serveDashboard, views } from '../../dashboard/index.js';
import {
  anyMember,
  askKeeperForLink,
  apiListener,
  drainsOf,
  keptConnections,
  membersSight,
  membersStatus,
  storeSight,
  openFleet,
  openFleetJobs,
  openOwnFleet,
  submitZip,
  workspaceCaller,
  workspaceToken,
} from '../../index.js';
import { packageVersion } from '../../package-folder.js';
import {
  askForLink,
  baseFor,
  chosenFleet,
  dashboardRuns,
  type FleetOptions,
  lanDevices,
  memberActs,
  openSession,
  untilAborted,
} from '../session/index.js';
import { dashboardText, keeperLinkText } from '../text/index.js';

export interface DashboardFlags extends FleetOptions {
  port: number;
  address: string;
  host: string[];
  readOnly?: boolean;
  link?: boolean;
  keeper?: string | boolean;
}

/** `collab dashboard`: serves the dashboard until Ctrl-C; with --link or --keeper, a link to one that is served. */
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
  if (flags.keeper !== undefined) {
    const known = await openFleet(workspace, name);
    const keeper = typeof flags.keeper === 'string' ? flags.keeper : null;
    const found = await askKeeperForLink(known, keeper, session);
    const ca = join(known.credentials.folder, 'ca.pem');
    print(keeperLinkText(found, ca), { ...found, fleet: name, ca });
    return;
  }
  // The same is asked each second: connections stay open.
  const kept = keptConnections();
  const fleet = await openFleet(workspace, name, kept);
  const random = () => Math.random();
  await using jobs = await untilAborted(openFleetJobs(fleet, { clock, random }), signal);
  const asked = {
    placement: (until: AbortSignal) => jobs.store.placement(until),
    drains: (until: AbortSignal) => drainsOf(jobs, until),
  };
  const membersNow = async (until: AbortSignal) => {
    if (fleet.credentials.kind === 'guest') return membersSight(fleet, until);
    // Read again each time: the fleet may change while the page is open.
    const { record, credentials } = await openOwnFleet(workspace, name);
    return membersStatus(record, credentials, until, kept);
  };
  const clients = fleet.clients.map(({ client }) => client);
  const members = async () => (await anyMember(clients, (member) => member.members())).members;
  const { logs: logsFolder } = workspace;
  const acts = memberActs(fleet);
  const caller = workspaceCaller({ fleet: name, jobs, members, acts, logsFolder, clock, random });
  const version = packageVersion();
  const log = (line: string) => say(`note: ${line}`);
  const folder = join(await workspace.openPrivate(), 'dashboard');
  const own = join(folder, name);
  const parts = {
    fleet: name,
    members: membersNow,
    store: (until: AbortSignal) => storeSight(asked, until),
    workers: (until: AbortSignal) => jobs.workers({ signal: until }),
    jobs: (until: AbortSignal) => jobs.list({ signal: until }),
    submit: (zip: string, written: Parameters<typeof submitZip>[1]) =>
      submitZip(zip, written, {
        jobs,
        baseOf: (definition) => baseFor(definition, { jobs, session, fleet }),
        acts: session,
      }),
    api: apiListener({ enter: () => Promise.resolve(caller), log, version }),
    routes: [
      ...runRoutes(dashboardRuns(session, own)),
      ...(await deviceRoutes(lanDevices(session), { folder, clock, log })),
    ],
    views,
    folder: own,
    readOnly: flags.readOnly === true,
    secret: () => randomBytes(32).toString('base64url'),
    version,
    clock,
    log,
  };
  const visitors = onlyUser(jobs.user, token);
  const place = { ...flags, hosts: () => flags.host, visitors, tls: null };
  await using served = await serveDashboard(parts, place);
  const link = served.newLink(jobs.user);
  print(dashboardText(link, flags), { link, port: served.port, fleet: name, read_only: parts.readOnly });
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
