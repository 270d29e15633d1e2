import { commandText, type DeviceCheck, type Remedy } from '../index.js';

/** Pure: what a device lacks and the exact commands that would mend it. */
export function remedyText({ device, user, remedies }: DeviceCheck): string {
  const lines = remedies.flatMap((remedy) => [`  ${remedy.what}:`, ...steps(remedy, user === 'root')]);
  return [`What ${device} lacks, and what would mend it there:`, ...lines].join('\n');
}

function steps({ commands, advice }: Remedy, isRoot: boolean): string[] {
  const typed = commands.map((command) => `    ${commandText(command, isRoot)}`);
  return advice === null ? typed : [...typed, `    ${advice}`];
}
