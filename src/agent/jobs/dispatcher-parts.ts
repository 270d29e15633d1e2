import type { Broker, BrokerAdmin, BrokerMqtt, JobLimits } from '../../fleet/index.js';
import type { RetentionParts } from './retention.js';
import type { sendWebhook } from './webhook.js';

/** What the leader of jobs works with. */
export interface DispatcherParts {
  broker: Pick<Broker, 'publish' | 'last' | 'scan'> & Pick<BrokerAdmin, 'purge'>;
  /** A monotonic clock. */
  nowMs: () => number;
  limits: JobLimits;
  removeFiles: RetentionParts['removeFiles'];
  /** Members that the membership does not take for alive, with what it takes them for. Default: none. */
  away?: (() => Promise<ReadonlyMap<string, string>>) | undefined;
  publish?: BrokerMqtt['publish'] | undefined;
  /** Default of `send`: over the network. `publish` tells MQTT clients. */
  send?: typeof sendWebhook | undefined;
}
