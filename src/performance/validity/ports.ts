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
  const found = new Map<string, { port: Unopened; where: string[] }>();
  for (const { instance } of instances) {
    for (const port of instance.exit?.unopened_ports ?? []) {
      const key = JSON.stringify([instance.role, port]);
      const { where } = found.get(key) ?? { where: [] };
      found.set(key, { port, where: [...where, `${instance.label} on ${instance.device}`] });
    }
  }
  return [...found.values()].map(({ port, where }) => {
    const isDoubt = port.opened !== null || port.protocol === 'udp';
    return { check: 'ports', level: isDoubt ? 'doubt' : 'remark', text: textOf(port, listed(where)) };
  });
}

function textOf({ name, port, protocol, opened }: Unopened, where: string): string {
  const declared = `${name} (${port}${protocol === null ? '' : `/${protocol}`})`;
  if (opened === null)
    return `No program opened the declared port ${declared}, so nothing could arrive there: ${where}.`;
  return `A program opened ${port}/${opened}, but experiment.yaml declares ${declared}, so nothing could arrive there: ${where}. Declare it as ${port}/${opened}, or as ${port} for both protocols.`;
}

/** Checks whether what was sent to the roles' ports could arrive. */
export const portChecks: readonly Check[] = [portsOpened];
