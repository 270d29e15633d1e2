import {
  type CommandScope,
  type ExperimentDefinition,
  piecesOf,
  type Reference,
  referenceOf,
  type RoleDefinition,
} from '../definition/index.js';
import type { RoleInstance } from './peers.js';
import type { PlannedTrial } from './trial-order.js';

/** What the names in a command of a role instance stand for. */
export interface CommandValues {
  definition: Pick<ExperimentDefinition, 'parameters' | 'roles'>;
  parameters: PlannedTrial['parameters'];
  instance: RoleInstance;
  /** All instances of the trial. */
  instances: readonly RoleInstance[];
  /** Address under which the others reach a device. */
  addressOf: (device: string) => string;
  /** Where the instance finds its data, by name. */
  data: ReadonlyMap<string, string>;
  /** Folder for files to keep, as the instance reaches it. */
  outputs: string;
}

/**
 * The words of a command with the values in place of the names between braces. The experiment is valid, so that every name
 * stands for something. A port of the instance itself is the number to bind to, one of another that to connect to.
 */
export function fillCommand(words: readonly string[], values: CommandValues): string[] {
  const scope = scopeOf(values.definition, values.instance.role);
  return words.map((word) =>
    (piecesOf(word) ?? [])
      .map((piece) => ('text' in piece ? piece.text : valueOf(referenceOf(piece.name, scope), values)))
      .join(''),
  );
}

function scopeOf({ parameters, roles }: CommandValues['definition'], own: RoleDefinition): CommandScope {
  return {
    own: own.name,
    parameters: parameters.map(({ name }) => name),
    data: own.data.map(({ name }) => name),
    roles: roles.map(({ name, count, most, ports }) => ({ name, count, most, ports: Object.keys(ports) })),
  };
}

function valueOf(reference: Reference | { fault: string }, values: CommandValues): string {
  if ('fault' in reference) throw new TypeError(`a command that was not checked: ${reference.fault}`);
  const { instance, parameters, data, outputs, addressOf } = values;
  switch (reference.kind) {
    case 'parameter':
      return String(parameters[reference.name]);
    case 'data':
      return data.get(reference.name) ?? '';
    case 'rank':
      return String(instance.rank);
    case 'count':
      return String(instance.role.count);
    case 'outputs':
      return outputs;
    case 'host':
      return addressOf(instanceOf(reference, values).device);
    case 'port': {
      const named = instanceOf(reference, values);
      const port = named.ports.find(({ name }) => name === reference.port);
      return String(named === instance ? port?.bindPort : port?.hostPort);
    }
  }
}

/** Without a rank, a role is the instance itself or has one instance only. */
function instanceOf(
  { role, rank }: { role: string; rank: number | null },
  { instance, instances }: CommandValues,
): RoleInstance {
  const wanted = rank ?? (role === instance.role.name ? instance.rank : 0);
  const found = instances.find((one) => one.role.name === role && one.rank === wanted);
  if (found === undefined) throw new TypeError(`the trial has no ${role}-${wanted}`);
  return found;
}
