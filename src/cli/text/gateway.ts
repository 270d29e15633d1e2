import { CollabError, ExitCode, type GatewayPlan, type GatewayStatus, type NotRouted } from '../../index.js';

/** The commands of a plan. */
export function gatewayPlanText({ here, devices }: GatewayPlan): string {
  return [
    'IPv4 only. As root on this machine:',
    ...here.map((command) => `    ${command}`),
    ...devices.map(({ device, command }) =>
      command === null
        ? `${device}: not on the network of that interface, unchanged`
        : `As root on ${device}:\n    ${command}`,
    ),
  ].join('\n');
}

/** The state of the gateway. */
export function gatewayStatusText({ state, rules, forwarding }: GatewayStatus): string {
  const found =
    rules === null
      ? 'only root can see whether its rules exist'
      : `its rules ${rules ? 'exist' : 'are missing'}`;
  const forward = `this machine ${forwarding ? 'forwards' : 'does not forward'} packets`;
  if (state === null) {
    const foreign = rules === true ? '. Gateway rules exist: from another workspace or open_gateway.sh' : '';
    return `The gateway of this workspace is off; ${forward}${foreign}`;
  }
  const broken = rules === false || !forwarding ? '\nTurn it off and on again: collab gateway off' : '';
  return [
    `The gateway is on, from ${state.from} to ${state.to} with ${state.tool}, for IPv4 only, since ${state.since}`,
    `  ${found}; ${forward}${broken}`,
    ...state.devices.map(({ name, via }) => `  ${name} through ${via}`),
  ].join('\n');
}

/** @throws CollabError `gateway-routes` if the routes of some devices must be changed by hand */
export function throwIfNotRouted(notRouted: readonly NotRouted[], what: string): void {
  if (notRouted.length === 0) return;
  const commands = notRouted.flatMap(({ command }) => (command === '' ? [] : [command]));
  throw new CollabError('gateway-routes', {
    what: `${what}, but collab could not change the default route of ${notRouted.map(({ device }) => device).join(', ')}.`,
    why: notRouted.map(({ device, reason }) => `${device}: ${reason}`).join('\n'),
    next:
      commands.length > 0
        ? `Run it by hand, with the password of the device: ${commands.join('\n')}`
        : 'Connect them to that network, or select other devices with --only.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
