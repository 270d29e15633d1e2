import { type FleetStore, type Workspace, inference } from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { modelsText } from '../../text/index.js';

/** A model in a list. */
interface ListedModel {
  name: string;
  description: string;
  task: string;
  width: number;
  height: number;
  batch_size: number;
  /** Of its weights in the store; null if there are none. */
  weights_version: number | null;
  path: string;
}

/** `collab infer models`: the models that can be named, and whether the store has weights for them. */
export async function inferModels(flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async ({ store }, { workspace, print }) => {
    const models = await listedModels(workspace, store);
    print(modelsText(models), { models });
  });
}

export async function listedModels({ modelFolders }: Workspace, store: FleetStore): Promise<ListedModel[]> {
  const names = await inference.modelNames(modelFolders);
  return Promise.all(
    names.map(async (name) => {
      const { file, path } = await inference.readModel(modelFolders, name);
      const [newest] = file.weights === undefined ? [] : await store.files.versions(file.weights);
      return {
        name,
        description: file.description,
        task: file.task,
        ...file.input,
        batch_size: file.batch_size,
        weights_version: newest?.version ?? null,
        path,
      };
    }),
  );
}
