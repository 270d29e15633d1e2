import { formatBytes, type DeviceSynced, type SyncStep } from '../../index.js';

/** What a sync would do on a device, one line per file. */
export function syncPlanText({ device, to, way, plan }: DeviceSynced): string {
  const head = `${device}:${to} with ${way}: ${counts(plan.steps, plan.totalBytes)}, ${plan.unchanged} unchanged`;
  return [head, ...plan.steps.map((step) => `  ${stepText(step)}`)].join('\n');
}

/** What a sync did on a device. */
export function syncDoneText({ device, to, way, plan, seconds }: DeviceSynced): string {
  const done = plan.steps.length === 0 ? 'already up to date' : counts(plan.steps, plan.totalBytes);
  return `${device}:${to}  ${done} (${way}, ${seconds.toFixed(1)} s)`;
}

function counts(steps: readonly SyncStep[], totalBytes: number): string {
  const of = (kind: SyncStep['kind']) => steps.filter((step) => step.kind === kind).length;
  const files = of('file') + of('link');
  return `${files} ${files === 1 ? 'file' : 'files'} to send (${formatBytes(totalBytes)}), ${of('attributes')} to adjust, ${of('remove')} to remove`;
}

function stepText(step: SyncStep): string {
  switch (step.kind) {
    case 'folder':
      return `new folder  ${step.path}/`;
    case 'file':
      return `${step.why === 'new' ? 'new file    ' : 'changed     '}${step.path} (${formatBytes(step.sizeBytes)})`;
    case 'link':
      return `${step.why === 'new' ? 'new link    ' : 'relinked    '}${step.path} -> ${step.target}`;
    case 'attributes':
      return `mode, time  ${step.path} (${step.mode.toString(8).padStart(4, '0')})`;
    case 'remove':
      return `remove      ${step.path}${step.folder ? '/' : ''}`;
  }
}
