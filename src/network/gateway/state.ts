import { chown, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { readFileIfThere, type Workspace, writeFileAtomic } from '../../workspace/index.js';

/** `.collab/gateway.json`: the previous state, saved before any change. */
const gatewayState = z.object({
  format: z.literal(1),
  from: z.string(),
  to: z.string(),
  tool: z.enum(['nft', 'iptables']),
  since: z.string(),
  /** Name of the LAN whose devices are routed; null for none. */
  lan: z.string().nullable(),
  /** The commands that restore this machine, in order. */
  undo: z.array(z.array(z.string())),
  devices: z.array(
    z.object({
      name: z.string(),
      via: z.string(),
      /** The previous default routes of the device, each as the words of `ip route`. */
      before: z.array(z.array(z.string())),
    }),
  ),
});
export type GatewayState = z.infer<typeof gatewayState>;
export type RoutedDevice = GatewayState['devices'][number];

export class GatewayStore {
  constructor(private readonly workspace: Workspace) {}

  get path(): string {
    return join(this.workspace.private, 'gateway.json');
  }

  /** Null if the gateway is off. @throws CollabError `gateway-state` if the file cannot be used. */
  async read(): Promise<GatewayState | null> {
    try {
      const text = await readFileIfThere(this.path);
      return text === null ? null : gatewayState.parse(JSON.parse(text));
    } catch (error) {
      throw new CollabError('gateway-state', {
        what: `The file ${this.path} cannot be used.`,
        why: error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error),
        next: 'It contains the state to restore. Repair it, or restore this machine manually (nft delete table ip collab_gateway) and delete the file.',
        exitCode: ExitCode.internal,
        cause: error,
      });
    }
  }

  /** Under sudo, the owner of the workspace becomes the owner of the file. */
  async write(state: GatewayState): Promise<void> {
    const folder = await this.workspace.openPrivate();
    await writeFileAtomic(this.path, `${JSON.stringify(state, null, 2)}\n`, 0o600);
    const { uid, gid } = await stat(folder);
    if (process.getuid?.() === 0) await chown(this.path, uid, gid);
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
