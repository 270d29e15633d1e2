import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Emit } from '../../events.js';
import type { Shell } from '../shell/index.js';
import { commandLine } from '../ssh/index.js';
import type { GatewayEvent } from './events.js';
import type { GatewayStep } from './plan.js';

/** The errors of commands whose target is already removed. */
const alreadyRemoved =
  /No such file or directory|does a matching rule exist|Bad rule|No chain\/target\/match/;

/** The commands that undo all steps, in order. */
export function undoOf(steps: readonly GatewayStep[]): string[][] {
  return steps.toReversed().flatMap(({ undo }) => (undo === null ? [] : [[...undo]]));
}

/**
 * Runs all steps. If one fails, undoes the completed ones.
 * @throws CollabError `gateway-step`
 */
export async function applySteps(
  shell: Shell,
  prefix: readonly string[],
  steps: readonly GatewayStep[],
  emit: Emit<GatewayEvent>,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const { code, stderr } = await shell.exec([...prefix, ...step.argv]);
    if (code === 0) {
      emit({ kind: 'gateway.ran', command: commandLine(step.argv) });
      continue;
    }
    const left = await undoSteps(shell, prefix, undoOf(steps.slice(0, index)), emit);
    throw new CollabError('gateway-step', {
      what: `This machine could not be made a gateway: ${commandLine(step.argv)} failed.`,
      why: [plainText(stderr.trim()), ...left.map((one) => `This could not be undone: ${one}`)].join('\n'),
      next:
        left.length === 0
          ? 'Nothing was changed. Does the kernel have nftables or iptables?'
          : 'Run the commands above manually.',
      exitCode: ExitCode.internal,
    });
  }
}

/** Runs all undo commands. @returns the failed ones, with their error output. */
export async function undoSteps(
  shell: Shell,
  prefix: readonly string[],
  undo: readonly (readonly string[])[],
  emit: Emit<GatewayEvent>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const argv of undo) {
    const { code, stderr } = await shell.exec([...prefix, ...argv]);
    if (code === 0) emit({ kind: 'gateway.undone', command: commandLine(argv) });
    else if (!alreadyRemoved.test(stderr)) failed.push(`${commandLine(argv)}: ${plainText(stderr.trim())}`);
  }
  return failed;
}
