import { commandText, type DeviceCheck, type Remedy } from '../../index.js';

/** Pure: what devices lack and the exact commands that would mend it; those that lack the same are told together. */
export function remediesText(checks: readonly DeviceCheck[]): string {
  const alike = new Map<string, string[]>();
  for (const check of checks) {
    const text = stepsOf(check).join('\n');
    alike.set(text, [...(alike.get(text) ?? []), check.device]);
  }
  return [...alike]
    .map(([text, devices]) => {
      const lack = devices.length === 1 ? 'lacks' : 'lack';
      return `What ${devices.join(', ')} ${lack}, and what would mend it there:\n${text}`;
    })
    .join('\n\n');
}

function stepsOf({ user, remedies }: Pick<DeviceCheck, 'user' | 'remedies'>): string[] {
  return remedies.flatMap((remedy) => [`  ${remedy.what}:`, ...steps(remedy, user === 'root')]);
}

function steps({ commands, advice }: Remedy, isRoot: boolean): string[] {
  const typed = commands.map((command) => `    ${commandText(command, isRoot)}`);
  return advice === null ? typed : [...typed, `    ${advice}`];
}
