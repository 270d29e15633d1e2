import { type Command, Option } from 'commander';
import type { LogsFlags } from '../commands/job/logs.js';
import type { NotifyKeyFlags } from '../commands/job/notify-key.js';
import type { JobRemoveFlags } from '../commands/job/remove.js';
import type { ServiceFlags } from '../commands/job/service.js';
import type { SubmitFlags } from '../commands/job/submit.js';
import type { FleetOptions } from '../session/index.js';
import { aboveZero, command, group, list, onFleet, repeatable, wholeNumber } from './command.js';

const job = 'Id of a job, its beginning, or its name (the newest is meant)';

/** `collab job ...`. */
export function addJobCommands(program: Command): void {
  const jobs = group(program, 'job', 'Programs that run on the devices of a fleet, task by task').addHelpText(
    'after',
    `
A job is a folder (or zip file) and a command. The devices of the fleet run it, once for
each task, and keep what the tasks leave. job.yaml in the folder says the same as the
flags of submit; flags win.`,
  );
  addSubmit(jobs);
  addService(jobs);
  addAsking(jobs);
  addChanging(jobs);
  addKeeping(jobs);
}

function addSubmit(jobs: Command): void {
  onFleet(command(jobs, 'submit', 'Submit a folder or zip file, and a command'))
    .argument(
      '<folder>',
      'Folder or zip file with all files that the command needs; or store:<name>, s3://<bucket>/<prefix>',
    )
    .argument(
      '[command...]',
      'Program and arguments, after --; {name} is a parameter, {task} the number of the task',
    )
    .option('--name <name>', 'Name of the job (default: that of the folder)')
    .option('--base <name>', 'Base image for tasks in containers, e.g. torch (default: python)')
    .option('--requirements <file>', 'File in the folder with what pip installs for the tasks')
    .option('--pool <tags>', 'Only on devices in all these pools, or with these tags, e.g. cameras,gpu', list)
    .addOption(
      new Option('--count <number>', 'So many tasks').argParser(aboveZero).conflicts(['each', 'set']),
    )
    .addOption(
      new Option('--each <file.csv>', 'A task for each row; the first row names the parameters').conflicts(
        'set',
      ),
    )
    .addOption(repeatable('--set <name=values>', 'A task for each combination of values, e.g. rate=0.1,0.2'))
    .addOption(
      repeatable(
        '--input <name=source>',
        'Appears beside the files of the folder: a path, store:<name>, or s3://<bucket>/<key>',
      ),
    )
    .option('--attempts <number>', 'How often a task is tried before it has failed (default: 3)', aboveZero)
    .option('--timeout <duration>', 'An attempt that runs longer has failed, e.g. 10m (default: no limit)')
    .option('--notify <url>', 'Send a signed POST there when the job has ended')
    .option('--wait', 'Wait until the job has ended')
    .option(
      '--then <command>',
      'With --wait, run this here afterwards, with COLLAB_JOB_ID and COLLAB_JOB_STATE',
    )
    .addHelpText(
      'after',
      `
Exit codes with --wait:
  0    all tasks are done
  1    all tasks are done, and the command of --then failed
  3    none is done
  6    some tasks are done and some are not
  130  interrupted; the job goes on`,
    )
    .action(async (folder: string, words: string[], flags: SubmitFlags) =>
      (await import('../commands/job/submit.js')).jobSubmit(folder, words, flags),
    );
}

function addService(jobs: Command): void {
  onFleet(command(jobs, 'service', 'Run a program on several devices until it is cancelled'))
    .argument(
      '<folder>',
      'Folder or zip file with all files that the command needs; or store:<name>, s3://<bucket>/<prefix>',
    )
    .argument('[command...]', 'Program and arguments, after --; it listens on the port in COLLAB_PORT')
    .option('--name <name>', 'Name by which other tasks find it (default: that of the folder)')
    .option('--port <port>', 'Port on which each device takes connections for it', wholeNumber)
    .option('--replicas <number>', 'So many run at the same time (default: 1)', aboveZero)
    .option('--base <name>', 'Base image for replicas in containers, e.g. torch (default: python)')
    .option('--requirements <file>', 'File in the folder with what pip installs for the replicas')
    .option('--pool <tags>', 'Only on devices in all these pools, or with these tags, e.g. cameras,gpu', list)
    .addOption(
      repeatable(
        '--input <name=source>',
        'Appears beside the files of the folder: a path, store:<name>, or s3://<bucket>/<key>',
      ),
    )
    .addOption(new Option('--wait', 'Refused: a service does not end').hideHelp())
    .action(async (folder: string, words: string[], flags: ServiceFlags) =>
      (await import('../commands/job/service.js')).jobService(folder, words, flags),
    );
}

function addAsking(jobs: Command): void {
  onFleet(command(jobs, 'list', 'List jobs, the newest first')).action(async (flags: FleetOptions) =>
    (await import('../commands/job/list.js')).jobList(flags),
  );
  onFleet(command(jobs, 'show', 'Show a job and its tasks'))
    .argument('<job>', job)
    .action(async (wanted: string, flags: FleetOptions) =>
      (await import('../commands/job/show.js')).jobShow(wanted, flags),
    );
  onFleet(command(jobs, 'logs', 'Print the standard output of tasks, also of those that run'))
    .argument('<job>', job)
    .option('--task <number>', 'Only of this task; the first one is 0', wholeNumber)
    .option('--follow', 'Go on with what tasks print, until they end')
    .action(async (wanted: string, flags: LogsFlags) =>
      (await import('../commands/job/logs.js')).jobLogs(wanted, flags),
    );
  onFleet(command(jobs, 'output', 'Get the files that the tasks left'))
    .argument('<job>', job)
    .argument('[folder]', 'Where they go (default: Logs/jobs/<id>)')
    .action(async (wanted: string, folder: string | undefined, flags: FleetOptions) =>
      (await import('../commands/job/output.js')).jobOutput(wanted, folder, flags),
    );
  onFleet(command(jobs, 'assignments', 'Show which device runs which tasks'))
    .argument('[job]', 'Only tasks of this job')
    .action(async (wanted: string | undefined, flags: FleetOptions) =>
      (await import('../commands/job/assignments.js')).jobAssignments(wanted, flags),
    );
}

function addKeeping(jobs: Command): void {
  onFleet(command(jobs, 'remove', 'Remove a job that has ended, with its files in the store'))
    .argument('<job>', job)
    .option('-y, --yes', 'Do not ask')
    .action(async (wanted: string, flags: JobRemoveFlags) =>
      (await import('../commands/job/remove.js')).jobRemove(wanted, flags),
    );
  onFleet(command(jobs, 'notify-key', 'Print the key with which the messages of --notify are signed'))
    .option('--renew', 'Make a new key; the one before is not used any more')
    .action(async (flags: NotifyKeyFlags) =>
      (await import('../commands/job/notify-key.js')).jobNotifyKey(flags),
    );
}

function addChanging(jobs: Command): void {
  onFleet(command(jobs, 'cancel', 'Cancel the tasks of a job that have not ended'))
    .argument('<job>', job)
    .action(async (wanted: string, flags: FleetOptions) =>
      (await import('../commands/job/cancel.js')).jobCancel(wanted, flags),
    );
  onFleet(command(jobs, 'retry', 'Let tasks be tried again'))
    .argument('<job>', job)
    .requiredOption('--failed', 'Those that failed')
    .action(async (wanted: string, flags: FleetOptions) =>
      (await import('../commands/job/retry.js')).jobRetry(wanted, flags),
    );
}
