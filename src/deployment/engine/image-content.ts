import { createHash } from 'node:crypto';

/** What an engine says of an image, as far as every store says it alike (Docker Engine API, GET /images/{name}/json). */
export interface InspectedImage {
  Architecture: string;
  RootFS: { Layers?: string[] | undefined };
  Config: {
    Cmd?: string[] | null;
    Entrypoint?: string | string[] | null | undefined;
    Env?: string[] | null;
    WorkingDir?: string;
  };
}

/** Pure: SHA-256 (hex) over the layers' content and what is run in them. */
export function imageContent({ Architecture, RootFS, Config }: InspectedImage): string {
  const { Cmd, Entrypoint, Env, WorkingDir } = Config;
  const essence = [
    Architecture,
    RootFS.Layers ?? [],
    [Entrypoint ?? []].flat(),
    Cmd ?? [],
    [...(Env ?? [])].sort(),
    WorkingDir ?? '',
  ];
  return createHash('sha256').update(JSON.stringify(essence)).digest('hex');
}
