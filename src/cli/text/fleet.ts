import {
  type FleetMember,
  type FleetPlan,
  type FleetRecord,
  type FleetStatus,
  formatBytes,
  isReplicated,
  type Member,
  type MemberInfo,
  type MemberStatus,
} from '../../index.js';
import { storeHealthLines } from './store-health.js';
import { table } from './table.js';
import { toned } from './tones.js';

/** What `fleet up` will do, and what the user should know before it. */
export function fleetPlanText(plan: FleetPlan): string {
  const { record, members, failures, untouched, surplus } = plan;
  const rows = members.map(({ member, act, why }) => [
    member.name,
    acts[act],
    keeps(record, member) ? 'keeper' : '',
    why,
  ]);
  const left = failures.map(({ member, error }) => [member.name, 'left out', '', error.what]);
  const gone = surplus.map((member) => [member.name, 'end', '', 'fewer members are asked for']);
  const still = untouched.map(({ name }) => name);
  const place = record.kind === 'local' ? 'on this machine' : `on the LAN ${record.lan ?? ''}`;
  return [
    `Fleet ${record.name} ${place}: ${record.members.length} members`,
    table(['MEMBER', 'ACT', '', 'WHY'], [...rows, ...left, ...gone]),
    ...(still.length > 0 ? [`Not picked, stays as it is: ${still.join(', ')}`] : []),
    keeperLine(record),
    ...movingLines(record),
    ...(record.kind === 'lan' ? [tasksLine(record)] : []),
  ].join('\n');
}

const acts = { start: 'start', replace: 'replace', change: 'change', keep: 'keep' };

const keeps = (record: FleetRecord, { id }: Pick<FleetMember, 'id'>) => record.keepers.ids.includes(id);

/** Who holds files and jobs. */
export function keeperLine(record: FleetRecord): string {
  const names = record.members.filter((one) => keeps(record, one)).map(({ name }) => name);
  const label = isReplicated(record) ? `${Math.min(3, names.length)} replicas` : 'not replicated';
  return `Files and jobs: ${names.join(', ')} (${label})`;
}

/** That the files of a fleet move, while its keepers change. */
function movingLines({ keepers, members }: FleetRecord): string[] {
  const { from } = keepers;
  if (from === null) return [];
  const names = members.filter(({ id }) => from.ids.includes(id)).map(({ name }) => name);
  const isCopied = from.generation !== keepers.generation;
  return [
    `Files move there from ${names.join(', ')}, with all versions${isCopied ? '. While the last ones are copied, nothing can be put' : ''}`,
  ];
}

const tasksLine = ({ tasks }: FleetRecord) =>
  tasks
    ? "Tasks: the engine of each device is open to the fleet's container there, which makes it root on the device (--no-tasks leaves it out)"
    : 'Tasks: none; the engines of the devices stay closed to the fleet';

/** A duration in one unit, as short as a table needs. */
export function ageText(seconds: number | null): string {
  if (seconds === null) return 'never';
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 99.5 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 99.5 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

const stateText = (state: Member['state'], isDrained: boolean) =>
  isDrained ? `${toned(state)}, ${toned('drained')}` : toned(state);

/** Members as one of them sees them. @param drained ids of those that get no tasks; null: not known */
export function membersText(members: readonly Member[], drained: ReadonlySet<string> | null = null): string {
  const rows = members.map((one) => [
    one.name,
    stateText(one.state, drained?.has(one.id) === true),
    ageText(one.stateS),
    ageText(one.heardS),
    one.address,
    one.version,
    [...(one.keeper ? ['keeper'] : []), ...one.tags].join(', '),
  ]);
  const headings = ['MEMBER', 'STATE', 'FOR', 'HEARD', 'ADDRESS', 'VERSION', 'TAGS'];
  return table(headings, rows, undefined, ['VERSION', 'HEARD']);
}

/** A fleet at one look. */
export function fleetStatusText(status: FleetStatus): string {
  const { record, members, viewOf, strangers, drains } = status;
  const isDrained = ({ id }: Pick<FleetMember, 'id'>) => drains?.some(({ member }) => member === id) === true;
  const alive = members.filter(({ seen }) => seen?.state === 'alive').length;
  const rows = members.map((one) => [
    one.member.name,
    one.seen === null ? 'unknown' : stateText(one.seen.state, isDrained(one.member)),
    one.seen === null ? '' : ageText(one.seen.stateS),
    one.info?.self.version ?? one.seen?.version ?? '',
    loadText(one.info),
    roleText(record, one),
    one.info?.lease?.who ?? '',
  ]);
  const headings = ['MEMBER', 'STATE', 'FOR', 'VERSION', 'LOAD', 'ROLE', 'HELD BY'];
  const silent = members.filter(({ error }) => error !== null);
  const brokers = members.filter(({ broker }) => broker !== null && !broker.answers);
  return [
    viewOf === null
      ? `Fleet ${record.name}: no member answers`
      : `Fleet ${record.name}: ${alive} of ${members.length} members alive, as ${viewOf} sees it`,
    keeperLine(record),
    ...storeHealthLines(status),
    table(headings, rows, undefined, ['VERSION', 'FOR']),
    ...silent.map(({ member, error }) => `${member.name}: ${error?.what ?? ''} ${error?.why ?? ''}`.trim()),
    ...brokers.map(
      ({ member, broker }) => `${member.name}: its broker does not answer: ${broker?.why ?? ''}`,
    ),
    ...(strangers.length > 0
      ? [`Also in the fleet, and unknown here: ${strangers.map(({ name }) => name).join(', ')}`]
      : []),
  ].join('\n');
}

function roleText(record: FleetRecord, { member, broker }: MemberStatus): string {
  if (!keeps(record, member)) return '';
  return broker?.answers === true ? 'keeper' : 'keeper, no broker';
}

function loadText(info: MemberInfo | null): string {
  if (info === null) return '';
  const { load1, temperatureC, powerW } = info.load;
  return [
    ...(load1 === null ? [] : [load1.toFixed(1)]),
    ...(temperatureC === null ? [] : [`${Math.round(temperatureC)} °C`]),
    ...(powerW === null ? [] : [`${powerW.toFixed(1)} W`]),
  ].join(', ');
}

/** What one member says about itself. */
export function memberInfoText(info: MemberInfo): string {
  const { self, load, lease, traffic } = info;
  const rows: [string, string][] = [
    ['Member', `${self.name} (${self.id})`],
    ['State', info.phase === 'refused' && info.refused !== null ? refusedText(info.refused) : info.phase],
    ['Fleet', info.fleet ?? 'none'],
    ['Address', `${self.address}, HTTP on port ${self.httpPort}`],
    ['Version', `${self.version}, protocol ${info.protocol}`],
    ['Running for', ageText(info.uptimeS)],
    [
      'Sees',
      Object.entries(info.counts)
        .map(([state, count]) => `${count} ${state}`)
        .join(', '),
    ],
    [
      'Machine',
      `${self.architecture}, ${self.cores} cores, ${formatBytes(self.memoryBytes)}${self.accelerator === null ? '' : `, ${self.accelerator}`}`,
    ],
    ['Load', loadLine(load)],
    ['Temperature', load.temperatureC === null ? 'no sensor' : `${load.temperatureC.toFixed(1)} °C`],
    ['Power', load.powerW === null ? 'no sensor' : `${load.powerW.toFixed(2)} W`],
    [
      'Held by',
      lease === null
        ? 'nobody'
        : `${lease.who} on ${lease.host}${lease.run === null ? '' : `, run ${lease.run}`}`,
    ],
    [
      'Gossip sent',
      `${formatBytes(traffic.udpSentBytes)} by UDP, ${formatBytes(traffic.tcpSentBytes)} by TCP`,
    ],
    ['Own memory', formatBytes(info.memoryRssBytes)],
    ['Gossip key', info.gossipKeys[0] ?? 'none: not encrypted'],
    ['Users', `version ${info.accessVersion}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function loadLine({ load1, cpuPercent, memoryAvailableBytes }: MemberInfo['load']): string {
  const parts = [
    ...(load1 === null ? [] : [load1.toFixed(2)]),
    ...(cpuPercent === null ? [] : [`CPU ${cpuPercent.toFixed(0)} %`]),
    ...(memoryAvailableBytes === null ? [] : [`${formatBytes(memoryAvailableBytes)} of memory free`]),
  ];
  return parts.length === 0 ? 'not known' : parts.join(', ');
}

const refusedText = ({ name, theirs, ours }: NonNullable<MemberInfo['refused']>) =>
  `refused: ${name} is at ${theirs} already, and this one is at ${ours}`;

/** The load of a member, for --json. */
export const loadResult = ({ load }: MemberInfo) => ({
  load_1: load.load1,
  cpu_percent: load.cpuPercent,
  memory_available_bytes: load.memoryAvailableBytes,
  memory_total_bytes: load.memoryTotalBytes,
  temperature_c: load.temperatureC,
  power_w: load.powerW,
});

/** Who holds the device of a member, for --json. */
export const leaseResult = ({ lease }: MemberInfo) =>
  lease === null
    ? null
    : { who: lease.who, host: lease.host, run: lease.run, reason: lease.reason, left_s: lease.leftS };
