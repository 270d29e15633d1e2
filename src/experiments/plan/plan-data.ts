import type { DataNeed } from '../../deployment/index.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { ExperimentDefinition } from '../definition/index.js';

/** The data of every role on every device that plays it, each once. */
export function planDataNeeds(
  definition: Pick<ExperimentDefinition, 'roles'>,
  placement: readonly PlacementRecord[],
): DataNeed[] {
  const pairs = new Map(placement.map((placed) => [`${placed.role} ${placed.device}`, placed]));
  return [...pairs.values()].flatMap(({ role: name, device }) => {
    const role = definition.roles.find((one) => one.name === name);
    return (role?.data ?? []).map(({ name: data, path }) => ({ role: name, device, name: data, path }));
  });
}
