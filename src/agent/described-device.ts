import { availableParallelism, totalmem } from 'node:os';
import { type AgentConfig, type Broker, type Capabilities, workQuestion } from '../fleet/index.js';

/** What this device is, for pools that ask for it. */
export const ownCapabilities = ({ accelerator }: Pick<AgentConfig, 'accelerator'>): Capabilities => ({
  architecture: process.arch === 'x64' ? 'amd64' : process.arch,
  cores: availableParallelism(),
  memory_bytes: totalmem(),
  gpu: accelerator !== null,
});

/** The broker as a worker uses it: its questions to the leader also say the name of the device, and what it is. */
export function withDescription(
  broker: Pick<Broker, 'ask' | 'publish'>,
  own: { name: string; capabilities: Capabilities },
): Pick<Broker, 'ask' | 'publish'> {
  return {
    publish: (subject, data, options) => broker.publish(subject, data, options),
    ask: (subject, data, signal) => {
      const asked = workQuestion.parse(JSON.parse(Buffer.from(data).toString()));
      return broker.ask(subject, Buffer.from(JSON.stringify({ ...asked, ...own })), signal);
    },
  };
}
