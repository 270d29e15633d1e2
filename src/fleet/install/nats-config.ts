import { basename } from 'node:path';
import { brokerFiles, hostPort } from '../broker/index.js';
import { mqttPortOf } from './agent-setup.js';
import type { FleetMember, FleetRecord } from './record.js';

/** Secrets of the brokers of one fleet. They lie in files of mode 0600, here and on keepers. */
export interface BrokerSecrets {
  /** With it, keepers accept each other. */
  routePassword: string;
  /** For the system account, which sees the state of the cluster and can remove a server from it. */
  systemPassword: string;
}

/**
 * More than any disk has. The default is three quarters of what is free when the server starts. A replica that reaches its limit
 * drops what its leader sends, counts it as written, and goes on to answer reads (2.10.27, `processJetStreamMsg`). On a full disk,
 * a server switches JetStream off instead, and answers nothing.
 */
const noLimitBytes = 2 ** 50;

/**
 * The configuration of nats-server (2.10.27) on a keeper. One keeper runs JetStream alone; three or five form a cluster.
 * Each generation of keepers has a store of its own: a server with the store of a single one that is restarted as a member of
 * a cluster removes its streams as orphans. Its name and the users are in files of their own, which the agent there changes.
 * @param folder state folder of the member, as its programs see it
 */
export function natsConfig(
  fleet: FleetRecord,
  keeper: FleetMember,
  { folder, address, secrets }: { folder: string; address: string; secrets: BrokerSecrets },
): string {
  const { generation } = fleet.keepers;
  const keepers = fleet.members.filter(({ id }) => fleet.keepers.ids.includes(id));
  const tls = [
    `cert_file: ${quoted(`${folder}/member/tls.pem`)}`,
    `key_file: ${quoted(`${folder}/member/tls-key.pem`)}`,
    `ca_file: ${quoted(`${folder}/member/ca.pem`)}`,
    'timeout: 5',
  ];
  const storage = [
    `store_dir: ${quoted(`${folder}/${brokerFiles.store(generation)}`)}`,
    // By default, a write is acknowledged up to two minutes before it is on the disk.
    'sync_interval: always',
    `max_file_store: ${noLimitBytes}`,
  ];
  const lines = [
    `include ${inclusion(brokerFiles.server(generation))}`,
    `listen: ${quoted(`${address}:${keeper.nats_port}`)}`,
    // A record of a file with many versions is larger than the usual 1 MB.
    'max_payload: 8MB',
    `pid_file: ${quoted(`${folder}/${brokerFiles.pid}`)}`,
    `tls { ${tls.join(', ')} }`,
    `jetstream { ${storage.join(', ')} }`,
    'accounts {',
    `  FLEET { jetstream: enabled, include ${inclusion(brokerFiles.users)} }`,
    `  SYS { users: [{ user: system, password: ${quoted(secrets.systemPassword)} }] }`,
    '}',
    'system_account: SYS',
  ];
  const mqttPort = mqttPortOf(fleet, keeper);
  if (mqttPort !== null)
    lines.push(
      'mqtt {',
      `  listen: ${quoted(`${address}:${mqttPort}`)}`,
      `  tls { ${tls.join(', ')} }`,
      // A message that a client did not acknowledge is sent again after this.
      '  ack_wait: "10s"',
      `  stream_replicas: ${keepers.length >= 3 ? 3 : 1}`,
      '}',
    );
  if (keepers.length > 1) {
    const routes = keepers
      .filter(({ id }) => id !== keeper.id)
      .map((one) => `"nats://keeper:${secrets.routePassword}@${hostPort(one.address, one.route_port)}"`);
    lines.push(
      'cluster {',
      `  name: ${quoted(`${fleet.name}-${generation}`)}`,
      `  listen: ${quoted(`${address}:${keeper.route_port}`)}`,
      `  authorization { user: keeper, password: ${quoted(secrets.routePassword)}, timeout: 5 }`,
      `  tls { ${[...tls, 'verify: true'].join(', ')} }`,
      `  routes: [${routes.join(', ')}]`,
      '}',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A string of NATS's configuration language, which is quoted as in JSON. */
const quoted = (text: string): string => JSON.stringify(text);

/** Files are included from beside the configuration. */
const inclusion = (path: string): string => quoted(basename(path));
