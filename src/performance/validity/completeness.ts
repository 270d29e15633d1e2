import { roleFiles } from '../../logs/index.js';
import { goingOnText } from '../reading/index.js';
import type { RunEvidence } from './evidence.js';
import { listed, plural } from './sentence.js';
import type { Check, Finding } from './finding.js';

const doubt = (check: string, text: string): Finding => ({ check, level: 'doubt', text });

function runKnown({ run }: RunEvidence): Finding[] {
  return run.rebuilt === undefined ? [] : [doubt('run known', run.rebuilt)];
}

function runEnded({ run }: RunEvidence): Finding[] {
  if (run.state === 'complete') return [];
  const why = run.failure === undefined ? '' : ` ${run.failure.what}`;
  const text = {
    running: goingOnText(run),
    abandoned: goingOnText(run),
    partial: `Some trials of the run are not complete.${why}`,
    failed: `The run failed.${why}`,
    interrupted: `The run was interrupted.${why}`,
  }[run.state];
  return [doubt('run ended', text)];
}

function trialsComplete({ run }: RunEvidence): Finding[] {
  const left = run.trials.filter(({ state }) => state !== 'complete' && state !== 'skipped');
  if (left.length === 0) return [];
  const numbers = listed(left.map(({ number, state }) => `${number} (${state})`));
  return [
    doubt(
      'trials complete',
      `${left.length} of ${plural(run.trials.length, 'trial')} did not complete: ${numbers}.`,
    ),
  ];
}

function rolesReported({ instances }: RunEvidence): Finding[] {
  const silent = instances.filter(
    ({ instance }) => instance.trial.state === 'complete' && instance.exit === null,
  );
  if (silent.length === 0) return [];
  const where = listed(silent.map(({ instance }) => instance.label));
  return [
    doubt('roles reported', `A valid ${roleFiles.exit} is missing, so there are no totals, for ${where}.`),
  ];
}

function linesWhole({ run, instances }: RunEvidence): Finding[] {
  let broken = 0;
  const where: string[] = [];
  let notFinite = 0;
  for (const { instance, files } of instances) {
    const going = run.state === 'running' && instance.trial.state === 'running';
    for (const [name, lines] of files) {
      const dropped = lines.brokenLines + Number(lines.cut && !going);
      broken += dropped;
      if (dropped > 0) where.push(`${instance.label}, ${name}`);
      notFinite += lines.notFinite;
    }
  }
  const findings: Finding[] = [];
  if (broken > 0)
    findings.push(
      doubt(
        'lines whole',
        `${plural(broken, 'line')} could not be read and ${broken === 1 ? 'was' : 'were'} skipped: ${listed(where)}.`,
      ),
    );
  if (notFinite > 0) {
    findings.push({
      check: 'lines whole',
      level: 'remark',
      text: `${plural(notFinite, 'value')} ${notFinite === 1 ? 'was' : 'were'} not finite (NaN, Infinity) and ${notFinite === 1 ? 'is' : 'are'} empty.`,
    });
  }
  return findings;
}

/** Checks whether every planned trial ran, and whether everything was logged. */
export const completenessChecks: readonly Check[] = [
  runKnown,
  runEnded,
  trialsComplete,
  rolesReported,
  linesWhole,
];
