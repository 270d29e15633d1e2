import { createHash } from 'node:crypto';
import type { EngineImage, RunConfig } from './image-engine.js';

/** The part of an image's description that is equal for every store (Docker Engine API, GET /images/{name}/json). */
export interface InspectedImage {
  Architecture: string;
  RootFS: { Layers?: string[] | undefined };
  RepoDigests?: string[] | null | undefined;
  Config: {
    Cmd?: string[] | null;
    Entrypoint?: string | string[] | null | undefined;
    Env?: string[] | null;
    WorkingDir?: string;
  };
}

/** SHA-256 (hex) over the layers and the run configuration. */
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

/** Fields of OCI's image configuration (image-spec, config.md) and Docker's additions. */
const runFields = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'Healthcheck',
  'Shell',
  'OnBuild',
];

/** The run configuration without empty fields and the engine's own. */
export function runConfig(config: object): RunConfig {
  const said = config as Record<string, unknown>;
  const isEmpty = (value: unknown) =>
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(
    runFields.filter((field) => !isEmpty(said[field])).map((field) => [field, said[field]]),
  );
}

/** Converts an inspected image. */
export function engineImage(said: InspectedImage & { Id: string; Size: number }): EngineImage {
  return {
    id: said.Id,
    content: imageContent(said),
    layers: said.RootFS.Layers ?? [],
    repoDigests: said.RepoDigests ?? [],
    architecture: said.Architecture,
    run: runConfig(said.Config),
    sizeBytes: said.Size,
  };
}
