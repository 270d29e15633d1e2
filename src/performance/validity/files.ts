import type { RunEvidence } from './evidence.js';
import { listed } from './sentence.js';
import type { Check, Finding } from './finding.js';

/** The files are those that the wrappers left: none was lost, cut, doubled or changed on the way or later. */
function filesWhole({ instances }: RunEvidence): Finding[] {
  const check = 'files whole';
  const changed = instances.flatMap(({ instance, written }) =>
    written.faults.map((fault) => `${instance.label}: ${fault}`),
  );
  const findings: Finding[] = [];
  if (changed.length > 0) {
    const text = `Files are not as their role left them: ${listed(changed)}. What they hold, and what was computed from it, is not complete.`;
    findings.push({ check, level: 'doubt', text });
  }
  const unchecked = new Map<string, string[]>();
  for (const { instance, written } of instances) {
    if (written.unchecked === null) continue;
    const labels = unchecked.get(written.unchecked) ?? [];
    unchecked.set(written.unchecked, labels);
    labels.push(instance.label);
  }
  for (const [why, labels] of unchecked) {
    const text = `Could not check whether all files are complete (${why}): ${listed(labels)}.`;
    findings.push({ check, level: 'remark', text });
  }
  return findings;
}

/** Checks whether the files of a run are complete. */
export const fileChecks: readonly Check[] = [filesWhole];
