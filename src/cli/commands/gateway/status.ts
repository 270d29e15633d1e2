import { gatewayStatus as readStatus } from '../../../index.js';
import { gatewayStatusText } from '../../text/index.js';
import { openSession } from '../../session/index.js';

/** `collab gateway status`: what the workspace has saved, and the state of this machine. */
export async function gatewayStatus(options: { json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const status = await readStatus({ workspace });
  print(gatewayStatusText(status), status);
}
