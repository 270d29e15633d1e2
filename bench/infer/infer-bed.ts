import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchLab } from '../bench-lab.js';
import { JobsFleet, pause } from '../jobs/jobs-fleet.js';
import { program } from '../programs.js';
import { say } from '../run-bench.js';
import { labSsh } from '../ssh-config.js';
import { writePictures } from './pictures.js';

export const models = ['resnet50', 'inception-v3'] as const;
export type Model = (typeof models)[number];

const devices = 4;
const cpus = 1;
const memory = '3g';
const pictures = 64;
export const batchSize = 8;
/** Each look is a command that takes 0.4 s of CPU, on the cores on which the models run. */
const [lookEveryMs, untilEveryMs] = [5000, 1500];
/** What runs next to the models on a device. */
const keepers = 'edge1,edge2,edge3';

/** Puts networks that were not trained into the store: how long they take does not depend on their weights. */
const makeWeights = `
import collab, checkpoints, torch, torchvision
from collab import store
torch.manual_seed(0)
made = {'resnet50': (torchvision.models.resnet50, 128), 'inception-v3': (torchvision.models.inception_v3, 128)}
for name, (make, side) in made.items():
    network = make(num_classes=10, **({'init_weights': False, 'aux_logits': False} if name == 'inception-v3' else {}))
    checkpoints.save('weights.pt', name, network, [str(at) for at in range(10)], 'seed-0', side, side)
    store.put('weights.pt', 'models/%s/weights.pt' % name)
`;

interface Task {
  task: number;
  state: string;
  parameters: { images: number };
  ends: { member: string; outcome: string; assigned_at: string; ended_at: string; processing_s?: number }[];
}
export interface InferJob {
  id: string;
  state: string;
  submitted_at: string;
  ended_at: string | null;
  tasks: number;
  counts: { done: number };
  task_list: Task[];
}

/** A batch that is done. */
export interface DoneBatch {
  endedMs: number;
  images: number;
}

/** A Lab of four devices of one core each, with a fleet, and two models in its store. */
export class InferBed extends JobsFleet {
  private constructor(
    private readonly lab: BenchLab,
    private readonly sshConfig: string,
  ) {
    super(lab.folder, (...words) => lab.collab(...words));
  }

  static async up(): Promise<InferBed> {
    const lab = await BenchLab.up({ devices, cpus, memory });
    try {
      await lab.collab('fleet', 'up', '--keepers', keepers, '--yes');
      const bed = new InferBed(lab, labSsh(lab).config);
      await bed.untilWorkers(devices);
      await bed.#fill();
      return bed;
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  async #fill(): Promise<void> {
    const folder = join(this.folder, 'models');
    cpSync(fileURLToPath(new URL('../../models', import.meta.url)), folder, { recursive: true });
    writePictures(join(this.folder, 'pictures'), pictures);
    const weights = join(this.folder, 'weights');
    mkdirSync(weights);
    cpSync(join(folder, 'checkpoints.py'), join(weights, 'checkpoints.py'));
    writeFileSync(join(weights, 'make.py'), makeWeights);
    say('   the image torch to each device, and weights into the store');
    const words = ['job', 'submit', weights, '--base', 'torch', '--wait', '--', 'python3', 'make.py'];
    await this.collab(...words);
    for (const model of models) await this.warm(model);
  }

  /** Runs a model on each device once, so that it is loaded there. */
  async warm(model: Model): Promise<void> {
    say(`   ${model} is loaded`);
    await this.finished(await this.infer(model, devices * 4));
  }

  /** @returns the id of the job */
  async infer(model: Model, batches: number): Promise<string> {
    const count = ['--count', String(batches * batchSize), '--batch-size', String(batchSize)];
    const job = await this.result<{ id: string }>('infer', 'submit', model, 'pictures', ...count);
    return job.id;
  }

  /** Waits for the end of a job. @throws Error if a batch is not done */
  async finished(id: string): Promise<InferJob> {
    await this.done(id, lookEveryMs);
    return this.job(id);
  }

  job(id: string): Promise<InferJob> {
    return this.result<InferJob>('job', 'show', id);
  }

  /** Waits until so many batches of a job are done. */
  async until(id: string, batches: number): Promise<void> {
    while ((await this.job(id)).counts.done < batches) await pause(untilEveryMs);
  }

  /** Loops without collab, at the same time: one on each device that is named, in the same image. @returns images per second of each */
  async bareLoops(plan: readonly Model[], seconds: number): Promise<number[]> {
    const loops = plan.map(async (model, at) => {
      const address = this.lab.lan.devices[at]?.address ?? '';
      const to = `${address}:bench/`;
      await program(['ssh', '-F', this.sshConfig, address, 'mkdir', '-p', 'bench']);
      for (const from of ['models', 'pictures'])
        await program(['scp', '-q', '-r', '-F', this.sshConfig, join(this.folder, from), to]);
      const file = join(this.folder, `${model}.pt`);
      await this.collab('store', 'get', `models/${model}/weights.pt`, file);
      await program(['scp', '-q', '-F', this.sshConfig, file, to]);
      return { address, model };
    });
    const ready = await Promise.all(loops);
    return Promise.all(ready.map(({ address, model }) => this.#bareLoop(address, model, seconds)));
  }

  async #bareLoop(address: string, model: Model, seconds: number): Promise<number> {
    const loader = model === 'resnet50' ? 'resnet50' : 'inception_v3';
    const image = `$(docker images -q --filter label=collab.image=base 'collab/base-torch' | head -1)`;
    const serve = [
      `python3 /bench/models/serve.py --bare --images /bench/pictures --loader torchvision_model.py:${loader}`,
      `--weights /bench/${model}.pt --width 224 --height 224 --batch-size ${batchSize} --seconds ${seconds}`,
    ].join(' ');
    const script = `docker run --rm --network none -v "$HOME/bench:/bench:ro" ${image} ${serve}`;
    const { stdout } = await program(['ssh', '-F', this.sshConfig, address, script]);
    const line = stdout.trim().split('\n').at(-1) ?? '';
    return (JSON.parse(line) as { images_per_s: number }).images_per_s;
  }

  /** Kills the agent of a device: its worker, and on a keeper perhaps the leader. It is started again at once. */
  async killAgent(name: string): Promise<void> {
    await this.lab.onDevice(name, 'pkill', '-9', '-x', 'node');
  }

  async leader(): Promise<string> {
    const { store } = await this.result<{ store: { leader: string | null } }>('fleet', 'status');
    if (store.leader === null) throw new Error('nobody leads');
    return store.leader;
  }

  async down(): Promise<void> {
    await this.lab.down();
  }
}

/** The batches of a job that are done, by their end. */
export const doneOf = ({ task_list: tasks }: Pick<InferJob, 'task_list'>): DoneBatch[] =>
  tasks
    .flatMap(({ parameters, ends }) => {
      const end = ends.find(({ outcome }) => outcome === 'done');
      return end === undefined ? [] : [{ endedMs: Date.parse(end.ended_at), images: parameters.images }];
    })
    .sort((a, b) => a.endedMs - b.endedMs);
