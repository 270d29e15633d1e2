import type { RoleOrder, RoleStart } from '../../deployment/index.js';
import type { RoleInstance } from '../plan/index.js';

/** The ports that the device publishes for a role instance: those declared, and where the others meet it. */
export function published(ports: RoleInstance['ports'], meeting: RoleOrder['meeting']): RoleStart['publish'] {
  return [
    ...ports.flatMap(({ bindPort, hostPort, protocols }) =>
      protocols.map((protocol) => ({ container: bindPort, host: hostPort, protocol })),
    ),
    ...(meeting?.listen == null
      ? []
      : [{ container: meeting.port, host: meeting.port, protocol: 'tcp' as const }]),
  ];
}
