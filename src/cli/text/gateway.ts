import { CollabError, ExitCode, type GatewayPlan, type GatewayStatus, type NotRouted } from '../../index.js';

/** Pure: the commands of a plan, for a reader. */
export function gatewayPlanText({ here, devices }: GatewayPlan): string {
  return [
    'For IPv4 only. As root on this machine:',
    ...here.map((command) => `  ${command}`),
    ...devices.map(({ device, command }) =>
      command === null
        ? `${device}: not on the network of that interface, left as it is`
        : `As root on ${device}:\n  ${command}`,
    ),
  ].join('\n');
}

/** Pure: the state of the gateway, for a reader. */
export function gatewayStatusText({ state, rules, forwarding }: GatewayStatus): string {
  const found =
    rules === null
      ? 'whether its rules are there only root can tell'
      : `its rules are ${rules ? '' : 'not '}there`;
  const forward = `this machine ${forwarding ? 'forwards' : 'does not forward'} packets`;
  if (state === null) {
    const foreign =
      rules === true ? '. Rules of a gateway are there: of another workspace or open_gateway.sh' : '';
    return `The gateway of this workspace is off; ${forward}${foreign}`;
  }
  const broken = rules === false || !forwarding ? '\nTurn it off and on again: collab gateway off' : '';
  return [
    `The gateway is on, from ${state.from} to ${state.to} by ${state.tool}, for IPv4 only, since ${state.since}`,
    `  ${found}; ${forward}${broken}`,
    ...state.devices.map(({ name, via }) => `  ${name} by ${via}`),
  ].join('\n');
}

/** Throws when the routes of some devices have to be changed by hand. */
export function failForRoutes(notRouted: readonly NotRouted[], what: string): void {
  if (notRouted.length === 0) return;
  const commands = notRouted.flatMap(({ command }) => (command === '' ? [] : [command]));
  throw new CollabError('gateway-routes', {
    what: `${what}, but the default route of ${notRouted.map(({ device }) => device).join(', ')} could not be changed.`,
    why: notRouted.map(({ device, reason }) => `${device}: ${reason}`).join('\n'),
    next:
      commands.length > 0
        ? `Do it by hand, with the password of the device: ${commands.join('\n')}`
        : 'Connect them to that network, or name others with --only.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
