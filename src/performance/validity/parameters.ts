import type { InstanceEvidence, RunEvidence } from './evidence.js';
import type { Check, Finding } from './finding.js';
import { listed } from './sentence.js';

const check = 'parameters read';

/**
 * Every parameter of the trials was seen to be read by a role: by the `collab` module, in its command, or as it declares.
 * Otherwise the run says that it varied, or used, something that nothing depended on.
 */
function parametersRead({ run, instances }: RunEvidence): Finding[] {
  const complete = instances.filter(({ instance }) => instance.trial.state === 'complete');
  const names = new Set(complete.flatMap(({ instance }) => Object.keys(instance.trial.parameters)));
  const read = new Set(complete.flatMap((one) => Object.keys(readBy(one) ?? {})));
  const unread = [...names].filter((name) => !read.has(name));
  if (unread.length === 0) return [];
  const unknown = complete.filter((one) => readBy(one) === null).map(({ instance }) => instance.label);
  if (unknown.length > 0) {
    const text = `Could not check whether any role read ${listed(unread)}: there is no record of what was read by ${listed(unknown)}, as in runs of older versions.`;
    return [{ check, level: 'remark', text }];
  }
  const values = (name: string) => new Set(run.trials.map(({ parameters }) => String(parameters[name]))).size;
  const varied = unread.filter((name) => values(name) > 1);
  const fixed = unread.filter((name) => values(name) <= 1);
  const advice = (name: string) => {
    const how = `Read it with collab.parameter(${JSON.stringify(name)}), or write {${name}} into a command.`;
    if (run.job !== undefined) return how;
    return `${how} If the code reads it from the environment or a file, its role says so once, with reads: [${name}].`;
  };
  return [
    ...varied.map((name): Finding => ({
      check,
      level: 'doubt',
      text: `No role was seen to read ${name}, although its values differ between trials: those trials may all have done the same. ${advice(name)}`,
    })),
    ...fixed.map((name): Finding => ({
      check,
      level: 'doubt',
      text: `No role was seen to read ${name}: the results may belong to another value of it. ${advice(name)}`,
    })),
  ];
}

function readBy({ instance: { exit } }: InstanceEvidence) {
  return exit?.parameters_read ?? null;
}

/** Checks whether the parameters were those of the code. */
export const parameterChecks: readonly Check[] = [parametersRead];
