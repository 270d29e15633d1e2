import { buildImages, LanStore } from '../../../index.js';
import { chosenLan, openSession } from '../../session/index.js';

export interface BuildOptions {
  base: string[];
  arch?: string[];
  lan?: string;
  here?: boolean;
  json?: boolean;
}

/** `collab images build [experiments...]`: builds images ahead of a run. */
export async function imagesBuild(experiments: string[], options: BuildOptions): Promise<void> {
  const { workspace, emit, signal, print } = openSession(options, 'events');
  const none = options.lan === undefined && (await new LanStore(workspace).list()).length === 0;
  const built = await buildImages({
    workspace,
    experiments,
    emit,
    signal,
    bases: options.base,
    architectures: options.arch ?? null,
    here: options.here === true,
    lan: none ? null : await chosenLan(workspace, options.lan),
  });
  const lines = built.map(({ ref, builder }) => `${ref} on ${builder}`);
  print(lines.join('\n'), { images: built });
}
