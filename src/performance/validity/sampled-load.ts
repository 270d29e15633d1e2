import type { InstanceEvidence } from './evidence.js';
import type { Finding } from './finding.js';
import { grouped } from './grouped.js';
import { listed, short } from './sentence.js';

const check = 'other load';

/** The load by other programs in runs of versions that recorded it only in samples, which short trials do not have. */
export function sampledLoads(instances: readonly InstanceEvidence[], smallShare: number): Finding[] {
  const findings: Finding[] = [];
  const unchecked: string[] = [];
  const old = instances.filter(({ instance: { exit } }) => exit !== null && exit.device_load === undefined);
  for (const [device, own] of grouped(old, ({ instance }) => instance.device)) {
    let worst = { percent: 0, trial: 0 };
    for (const [trial, here] of grouped(own, ({ instance }) => instance.trial.number)) {
      const mean = (metric: string) => here.map(({ samples }) => samples.metrics.get(metric)?.mean ?? null);
      const [whole, roles] = [mean('device_cpu_percent'), mean('cpu_percent')];
      if ([...whole, ...roles].some((one) => one === null)) {
        unchecked.push(`${device} in trial ${trial}`);
        continue;
      }
      const percent =
        Math.max(...whole.map(Number)) - roles.reduce<number>((sum, one) => sum + Number(one), 0);
      if (percent > worst.percent) worst = { percent, trial };
    }
    if (worst.percent < smallShare * 100) continue;
    const text = `Other programs used ${short(worst.percent)} % of a core of ${device}, or of the machine it runs on, in trial ${worst.trial}. Stop them and run again.`;
    findings.push({ check, level: 'doubt', text });
  }
  if (unchecked.length === 0) return findings;
  const text = `Could not check whether other programs ran: there is no reading of the load of ${listed(unchecked)}, in a run of an older version.`;
  return [...findings, { check, level: 'remark', text }];
}
