import type { ExitRecord } from '../../logs/index.js';
import type { RunEvidence } from './evidence.js';
import type { Check, Finding } from './finding.js';
import { listed } from './sentence.js';

type Unopened = NonNullable<ExitRecord['unopened_ports']>[number];

/**
 * Each port that a role declares and never opened. Over TCP, who connects to it gets an error; over UDP, everything that
 * is sent to it is lost in silence, and the numbers of the run are of nothing.
 */
function portsOpened({ instances }: RunEvidence): Finding[] {
  const found = new Map<string, { port: Unopened; served: boolean; where: string[] }>();
  for (const { instance } of instances) {
    for (const port of instance.exit?.unopened_ports ?? []) {
      const served = port.opened === null && isServed(instances, instance, port);
      const key = JSON.stringify([instance.role, port, served]);
      const { where } = found.get(key) ?? { where: [] };
      found.set(key, { port, served, where: [...where, `${instance.label} on ${instance.device}`] });
    }
  }
  return [...found.values()].map(({ port, served, where }) => {
    const isLost = port.protocol === 'udp' && port.uncertain !== true && !served;
    const level = port.opened !== null || isLost ? 'doubt' : 'remark';
    return { check: 'ports', level, text: textOf(port, served, listed(where)) };
  });
}

/** Whether another instance of the role opened the port in the same trial, as when only rank 0 serves it. */
function isServed(
  all: RunEvidence['instances'],
  { role, trial, rank }: RunEvidence['instances'][number]['instance'],
  { name }: Unopened,
): boolean {
  return all.some(
    ({ instance: other }) =>
      other.role === role &&
      other.trial.number === trial.number &&
      other.rank !== rank &&
      other.exit !== null &&
      other.exit.unopened_ports?.every((port) => port.name !== name) !== false,
  );
}

function textOf(
  { name, port, protocol, opened, uncertain }: Unopened,
  served: boolean,
  where: string,
): string {
  const declared = `${name} (${port}${protocol === null ? '' : `/${protocol}`})`;
  if (served) return `Only other instances of the role opened the declared port ${declared}: not ${where}.`;
  if (uncertain === true)
    return `No program was seen to open the declared port ${declared}, although it may have been open for less than 0.1 s: ${where}.`;
  if (opened === null)
    return `No program opened the declared port ${declared}, so nothing could arrive there: ${where}.`;
  return `A program opened ${port}/${opened}, but experiment.yaml declares ${declared}, so nothing could arrive there: ${where}. Declare it as ${port}/${opened}, or as ${port} for both protocols.`;
}

/** Checks whether what was sent to the roles' ports could arrive. */
export const portChecks: readonly Check[] = [portsOpened];
