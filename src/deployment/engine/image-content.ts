import { createHash } from 'node:crypto';
import type { EngineImage, RunConfig } from './image-engine.js';

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

/** SHA-256 (hex) over the layers' content and what is run in them. */
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

/** What OCI's image configuration knows (image-spec, config.md), and Docker's additions to it. */
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

/** What is run, without what is empty or the engine's own. */
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

/** An image in our words. */
export function engineImage(said: InspectedImage & { Id: string; Size: number }): EngineImage {
  return {
    id: said.Id,
    content: imageContent(said),
    layers: said.RootFS.Layers ?? [],
    architecture: said.Architecture,
    run: runConfig(said.Config),
    sizeBytes: said.Size,
  };
}
