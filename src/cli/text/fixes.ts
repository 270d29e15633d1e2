import { commandText, type DeviceCheck, type Remedy } from '../../index.js';

/** What devices lack and the exact commands that fix it; devices that lack the same are grouped. */
export function fixesText(checks: readonly DeviceCheck[]): string {
  const alike = new Map<string, string[]>();
  for (const check of checks) {
    const text = stepsOf(check).join('\n');
    alike.set(text, [...(alike.get(text) ?? []), check.device]);
  }
  return [...alike]
    .map(([text, devices]) => {
      const lack = devices.length === 1 ? 'lacks' : 'lack';
      return `${devices.join(', ')} ${lack} the following. These commands fix it:\n${text}`;
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
