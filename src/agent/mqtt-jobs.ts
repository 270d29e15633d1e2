import { FleetJobs, FleetStore } from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { submitByMqtt, takeSubmissions } from './jobs/index.js';
import type { KeeperParts } from './keeper.js';

/**
 * Takes jobs by MQTT, as the leader. The broker lets a keeper do everything, so each job is submitted in the name of its user: the leader,
 * and the names of files, limit it to what that user may do.
 */
export async function takeMqttJobs(
  { config, broker, mqtt, access }: Pick<KeeperParts, 'config' | 'broker' | 'mqtt' | 'access'>,
  context: AgentContext,
): Promise<void> {
  if (mqtt === null) return;
  const { fleet } = config;
  const acts = { clock: context.clock, random: () => Math.random() };
  await takeSubmissions(
    {
      mqtt,
      access,
      submit: async (user, submission, signal) => {
        const store = await FleetStore.open(broker, { fleet, user, names: new Map() });
        // The connection stays open for the next one.
        const jobs = new FleetJobs(broker, store, acts);
        return submitByMqtt(broker, jobs, submission, { clock: context.clock, signal });
      },
    },
    context,
  );
}
