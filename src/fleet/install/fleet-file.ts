import { join } from 'node:path';
import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import { readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import { type RandomBytes, systemRandom } from '../credentials/index.js';
import type { BrokerSecrets } from './nats-config.js';
import { type FleetRecord, fleetRecord } from './record.js';

const recordName = 'fleet.json';
const brokerName = 'broker.json';
const brokerFile = z.object({ route_password: z.string().min(20), system_password: z.string().min(20) });

/** The record of the fleet in this folder; null if it was not made here. @throws CollabError `fleet-file-invalid` */
export async function readFleetRecord(folder: string): Promise<FleetRecord | null> {
  const text = await readFileIfThere(join(folder, recordName));
  if (text === null) return null;
  const parsed = fleetRecord.safeParse(jsonOrNull(text));
  if (parsed.success) return parsed.data;
  throw new CollabError('fleet-file-invalid', {
    what: `The file of the fleet cannot be read: ${join(folder, recordName)}.`,
    why: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    next: 'Restore it from a backup (collab fleet restore), or make the fleet anew after collab fleet down.',
    exitCode: ExitCode.usage,
  });
}

export async function writeFleetRecord(folder: string, record: FleetRecord): Promise<void> {
  await writeFileAtomic(join(folder, recordName), `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

/** The secrets of the fleet's brokers, which are made at the first call. */
export async function brokerSecrets(
  folder: string,
  random: RandomBytes = systemRandom,
): Promise<BrokerSecrets> {
  const path = join(folder, brokerName);
  const parsed = brokerFile.safeParse(jsonOrNull((await readFileIfThere(path)) ?? ''));
  if (parsed.success) {
    return { routePassword: parsed.data.route_password, systemPassword: parsed.data.system_password };
  }
  const password = () => random(24).toString('hex');
  const made = { route_password: password(), system_password: password() };
  await writeFileAtomic(path, `${JSON.stringify(made, null, 2)}\n`, 0o600);
  return { routePassword: made.route_password, systemPassword: made.system_password };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
