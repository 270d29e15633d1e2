import type { z } from 'zod';
import { agentConfig, brokerFiles } from '../broker/index.js';
import { digest } from './digest.js';
import type { FleetMember, FleetRecord } from './record.js';
import type { StateFile } from './site.js';

/** What an agent is started with. */
export interface AgentParts {
  /** The program of the agents: JavaScript. */
  agentProgram: string;
  /** The program with which keepers serve the dashboard; null if they do not. */
  dashboardProgram: string | null;
  /** Seed of the member's key for the brokers. */
  brokerSeed: string;
  /** Password of the system account, which keepers' agents need to replace a keeper that is gone. */
  systemPassword: string;
}

/** The image for 32-bit ARM has no Node.js. */
export const hasAgent = ({ architecture }: Pick<FleetMember, 'architecture'>): boolean =>
  architecture !== 'arm';

/** The agent of a member: its arguments and files. Their names say their content, so that it starts again when that changes. */
export function agentSetup(
  fleet: FleetRecord,
  member: FleetMember,
  folder: string,
  { agentProgram, dashboardProgram, brokerSeed, systemPassword }: AgentParts,
): { service: string[]; files: StateFile[] } {
  const program = programFile(agentProgram);
  const dashboard =
    dashboardProgram === null || dashboardPortOf(fleet, member) === null
      ? null
      : programFile(dashboardProgram);
  const written = configOf(fleet, member, { folder, dashboard });
  const config = `${JSON.stringify(agentConfig.parse(written), null, 2)}\n`;
  // It reads its seed and the password once.
  const settings = `agent/${digest([config, brokerSeed, systemPassword]).slice(0, 12)}.json`;
  const files: StateFile[] = [
    program,
    { path: settings, content: config, mode: 0o600 },
    { path: 'agent/broker.seed', content: `${brokerSeed}\n`, mode: 0o600 },
  ];
  if (dashboard !== null) files.push(dashboard);
  if (fleet.keepers.ids.includes(member.id))
    files.push({ path: 'agent/system.password', content: `${systemPassword}\n`, mode: 0o600 });
  return { service: [`${folder}/${program.path}`, `${folder}/${settings}`], files };
}

const programFile = (content: string): StateFile => ({
  path: `agent/${digest([content]).slice(0, 12)}.mjs`,
  content,
  mode: 0o600,
  isNamedByContent: true,
});

/** The port of a keeper's API; null if it has none. */
export function apiPortOf(
  { kind, settings, keepers }: Pick<FleetRecord, 'kind' | 'settings' | 'keepers'>,
  member: FleetMember,
): number | null {
  if (settings.api_port === null || !keepers.ids.includes(member.id) || !hasAgent(member)) return null;
  // On this machine, each has a port of its own.
  return kind === 'lan' ? settings.api_port : (member.api_port ?? null);
}

/** The port of a keeper's dashboard; null if it serves none. */
export function dashboardPortOf(
  { kind, settings, keepers }: Pick<FleetRecord, 'kind' | 'settings' | 'keepers'>,
  member: FleetMember,
): number | null {
  if (settings.dashboard_port === null || !keepers.ids.includes(member.id) || !hasAgent(member)) return null;
  // On this machine, each has a port of its own.
  return kind === 'lan' ? settings.dashboard_port : (member.dashboard_port ?? null);
}

/** The port of a keeper for MQTT; null if it does not speak it. */
export function mqttPortOf(
  { kind, settings, keepers }: Pick<FleetRecord, 'kind' | 'settings' | 'keepers'>,
  member: FleetMember,
): number | null {
  if (settings.mqtt_port === null || !keepers.ids.includes(member.id)) return null;
  // On this machine, each has a port of its own.
  return kind === 'lan' ? settings.mqtt_port : (member.mqtt_port ?? null);
}

function configOf(
  fleet: FleetRecord,
  member: FleetMember,
  { folder, dashboard }: { folder: string; dashboard: StateFile | null },
): z.input<typeof agentConfig> {
  const { id, name, tags, memory_bytes, cores, gpu, accelerator, address } = member;
  const { generation, ids } = fleet.keepers;
  const { tasks_per_user, running_per_user, keep_days } = fleet.settings;
  const isOnLan = fleet.kind === 'lan';
  const port = apiPortOf(fleet, member);
  const dashboardPort = dashboardPortOf(fleet, member);
  // A device's address may change.
  const listens = isOnLan ? '0.0.0.0' : address;
  return {
    format: 1,
    fleet: fleet.name,
    member: { id, name },
    address,
    generation,
    keeper: ids.includes(id),
    keepers: fleet.members
      .filter((one) => ids.includes(one.id))
      .map((one) => ({ id: one.id, name: one.name, address: one.address, nats_port: one.nats_port })),
    state: folder,
    nats_pid_file: `${folder}/${brokerFiles.pid}`,
    // s6 does in a container; nothing does on this machine.
    nats_supervised: isOnLan,
    keep: fleet.settings.keep,
    replace_after_s: fleet.settings.replace_after_s,
    // Without the engine of its device, a container starts no others, and runs nothing of users itself.
    slots: isOnLan && !fleet.tasks ? 0 : fleet.settings.slots,
    replicas: fleet.settings.replicas,
    tags,
    runs: isOnLan ? 'container' : 'process',
    memory_bytes,
    cores,
    gpu,
    accelerator,
    // Only keepers lead. What runs on others goes on when a limit changes.
    jobs: ids.includes(id) ? { tasks_per_user, running_per_user, keep_days } : {},
    api: port === null ? null : { address: listens, port },
    dashboard:
      dashboard === null || dashboardPort === null
        ? null
        : {
            program: `${folder}/${dashboard.path}`,
            address: listens,
            port: dashboardPort,
            hosts: fleet.settings.dashboard_hosts,
            http_port: member.http_port,
          },
    mqtt: mqttPortOf(fleet, member) !== null,
    version: fleet.version,
  };
}
