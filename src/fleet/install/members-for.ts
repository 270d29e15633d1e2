import { hasTags, type Pool, poolWords } from '../jobs/index.js';
import { hasAgent } from './agent-setup.js';
import type { FleetMember } from './record.js';

/** Members that may run tasks of a job with this pool. */
export const membersFor = (
  pool: readonly string[],
  pools: readonly Pool[],
  members: readonly FleetMember[],
): FleetMember[] =>
  members.filter((member) => hasAgent(member) && hasTags(poolWords(candidateOf(member), pools), pool));

const candidateOf = ({ id, name, tags, architecture, cores, memory_bytes, accelerator }: FleetMember) => ({
  member: id,
  name,
  tags,
  capabilities: {
    architecture,
    cores: cores ?? 0,
    memory_bytes: memory_bytes ?? 0,
    gpu: accelerator !== null,
  },
});
