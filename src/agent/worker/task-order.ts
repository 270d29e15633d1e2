import type { RoleOrder } from '../../deployment/index.js';
import type { Assignment } from '../../fleet/index.js';

/** Less than the agent has to end in. */
const stopGraceS = 2;
/** A service may run for months, and its samples stay on the device until it ends. */
const serviceSamplingS = 30;

/** What the wrapper is told of an attempt at a task. */
export function taskOrder(assigned: Assignment): RoleOrder {
  const { job, task, attempt, command, parameters, reads_in_command, timeout_s, service } = assigned;
  return {
    run_id: job,
    trial: task + 1,
    ...(attempt > 1 && { attempt }),
    repeat: 0,
    warmup: false,
    role: 'task',
    rank: 0,
    count: 1,
    command,
    parameters,
    peers: [],
    ports: {},
    reads_in_command,
    reads_declared: [],
    port_protocols: {},
    ready: null,
    sampling_s: service === null ? 1 : serviceSamplingS,
    metrics: [],
    idle_s: 0,
    meter: null,
    prepare: null,
    finalize: null,
    meeting: null,
    timeout_s,
    stop_grace_s: stopGraceS,
  };
}
