import { isIP } from 'node:net';
import { brokerFiles, brokerUsers, deviceTmp, serverConfig, serverName } from '../broker/index.js';
import type { Access } from '../credentials/index.js';
import { type AgentParts, agentSetup, hasAgent } from './agent-setup.js';
import { digest } from './digest.js';
import { type BrokerSecrets, natsConfig } from './nats-config.js';
import type { FleetMember, FleetRecord } from './record.js';
import type { FleetSite, MemberSetup, StateFile } from './site.js';

/** What the setup of a member depends on beside the fleet's record. */
export interface SetupParts extends Pick<AgentParts, 'agentProgram' | 'dashboardProgram' | 'brokerSeed'> {
  /** Flags of the settings, e.g. `--ping-every-ms 1000`. */
  settingFlags: readonly string[];
  /** Keys and credentials of the member, by name of the file. */
  credentials: readonly { name: string; content: string; mode: number }[];
  secrets: BrokerSecrets;
  /** Who may enter the brokers. */
  access: Access;
}

/** The programs of a member with their commands, and the files that they read. */
export function memberSetup(
  fleet: FleetRecord,
  member: FleetMember,
  site: Pick<FleetSite, 'folderOf'>,
  parts: SetupParts,
): MemberSetup {
  const { settingFlags, credentials, secrets } = parts;
  const folder = site.folderOf(member);
  const isKeeper = fleet.keepers.ids.includes(member.id);
  const files: StateFile[] = credentials.map(({ name, content, mode }) => ({
    path: `member/${name}`,
    content,
    mode,
  }));
  const own = [...memberArguments(fleet, member, { folder, isKeeper }), ...settingFlags];
  const mark = digest(own).slice(0, 16);
  const services: MemberSetup['services'] = {
    member: [...own, '--setup', mark],
  };
  if (isKeeper) {
    const address = listenAddress(fleet, member);
    const config = `# credentials ${digest(pemFiles(files))}\n${natsConfig(fleet, member, { folder, address, secrets })}`;
    // The name says the content, so that the broker starts again when it or a certificate changes.
    const path = `nats/${digest([config]).slice(0, 12)}.conf`;
    files.push({ path, content: config, mode: 0o600 }, ...includedFiles(fleet, member, parts.access));
    services.nats = ['-c', `${folder}/${path}`];
  }
  if (hasAgent(member)) {
    const agent = agentSetup(fleet, member, folder, { ...parts, systemPassword: secrets.systemPassword });
    files.push(...agent.files);
    services.agent = agent.service;
  }
  return { member, services, files, mark, hash: digest([JSON.stringify(services), JSON.stringify(files)]) };
}

/** What the configuration of a keeper's broker includes. The agent changes these files later. */
function includedFiles({ keepers }: FleetRecord, { id }: FleetMember, access: Access): StateFile[] {
  const { generation, round, ids } = keepers;
  return [
    { path: brokerFiles.users, content: brokerUsers(access, ids), mode: 0o600 },
    {
      path: brokerFiles.server(generation),
      content: serverConfig(serverName(id, generation, round)),
      mode: 0o600,
      // A server that was removed from the cluster came back under another name.
      isKept: (there) => there !== '',
    },
  ];
}

/**
 * A member is told of the keepers, and learns the rest from them: so its command stays the same when others come or go. A
 * keeper that is alone is found by the others.
 */
function memberArguments(
  fleet: FleetRecord,
  member: FleetMember,
  { folder, isKeeper }: { folder: string; isKeeper: boolean },
): string[] {
  const address = listenAddress(fleet, member);
  const others = fleet.members.filter(({ id }) => id !== member.id && fleet.keepers.ids.includes(id));
  const optional = (flag: string, value: string | number | null) =>
    value === null || value === '' ? [] : [flag, String(value)];
  const words = ['--id', member.id, '--name', member.name, '--version', fleet.version];
  words.push('--bind-address', address, '--bind-port', String(member.gossip_port));
  // The address that the LAN names. A member that has moved listens on the one that it tells the others.
  words.push(
    '--http-address',
    isIP(member.address) === 0 ? address : member.address,
    '--http-port',
    String(member.http_port),
  );
  words.push('--advertise-address', fleet.kind === 'lan' ? 'auto' : address);
  words.push('--state', `${folder}/member`, '--architecture', member.architecture);
  words.push(...optional('--members', others.map((one) => `${one.address}:${one.gossip_port}`).join(',')));
  words.push(...optional('--tags', member.tags.join(',')), ...optional('--cores', member.cores));
  words.push(...optional('--memory-bytes', member.memory_bytes));
  words.push(...optional('--accelerator', member.accelerator));
  if (isKeeper) words.push('--keeper', '--broker-port', String(member.nats_port));
  if (fleet.settings.public_read) words.push('--public-read');
  if (fleet.kind === 'lan') words.push('--lease', `${deviceTmp}/.collab-lease`);
  return words;
}

/** A device's address may change, so its programs listen on all. On this machine they listen on loopback only. */
const listenAddress = (fleet: FleetRecord, member: FleetMember): string =>
  fleet.kind === 'lan' ? '0.0.0.0' : member.address;

const pemFiles = (files: readonly StateFile[]): string[] =>
  files.filter(({ path }) => path.endsWith('.pem')).map(({ content }) => content);
