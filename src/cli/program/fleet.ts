import { Option, type Command } from 'commander';
import type { BackupFlags } from '../commands/fleet/backup.js';
import type { FleetCheckFlags } from '../commands/fleet/check.js';
import type { DrainFlags } from '../commands/fleet/drain.js';
import type { FleetDownFlags } from '../commands/fleet/down.js';
import type { JoinFlags } from '../commands/fleet/join.js';
import type { MembersFlags } from '../commands/fleet/members.js';
import type { FleetPlanFlags } from '../commands/fleet/plan.js';
import type { ReplaceFlags } from '../commands/fleet/replace.js';
import type { RestoreFlags } from '../commands/fleet/restore.js';
import type { FleetUpFlags } from '../commands/fleet/up.js';
import type { UserAddFlags } from '../commands/fleet/user-add.js';
import type { UserMqttFlags } from '../commands/fleet/user-mqtt.js';
import type { FleetOptions } from '../session/index.js';
import { command, group, interactiveCommand, list, onDevices, onFleet, wholeNumber } from './command.js';

/** `collab fleet ...`. */
export function addFleetCommands(program: Command): void {
  const fleet = group(program, 'fleet', 'Keep devices ready: always-on members that know who is alive');
  addStarting(fleet);
  addAsking(fleet);
  addUsers(fleet);
  addKeeping(fleet);
}

const profileOption = () =>
  new Option('--profile <name>', 'How fast a failure is found (default: lan)').choices([
    'lan',
    'fast',
    'wan',
  ]);

const onUp = (one: Command): Command =>
  onDevices(one)
    .option('--local', 'Make it of processes on this machine, for a first try')
    .option('--members <count>', 'Number of members, with --local (default: 3)', wholeNumber)
    .option('--keepers <devices>', 'The 1, 3 or 5 devices that hold files and jobs', list)
    .addOption(profileOption())
    .option('--settings <file>', 'Settings (default: fleet.yaml of the workspace)')
    .option('--public-read', 'Anyone who reaches a member may read, without a token')
    .option('--no-public-read', 'Reading needs a token (the default of a new fleet)')
    .option('--tasks', 'Let the fleet run tasks with the engine of each device (the default of a new fleet)')
    .option('--no-tasks', "Keep the devices' engines closed to the fleet")
    .option('--new-store', "Make an empty store if the fleet's is gone, with all its files")
    .option('--dry-run', 'Show what would be done')
    .option('-y, --yes', 'Do not ask');

/** Commander gives an option with a negative form the value true by default; here no flag means "as it is". */
const asGiven = (flags: FleetUpFlags, one: Command): FleetUpFlags => {
  const given = { ...flags };
  if (one.getOptionValueSource('tasks') === 'default') delete given.tasks;
  if (one.getOptionValueSource('publicRead') === 'default') delete given.publicRead;
  return given;
};

function addStarting(fleet: Command): void {
  onUp(command(fleet, 'up', 'Make a fleet of the devices of a LAN, or apply what differs')).action(
    async (flags: FleetUpFlags, one: Command) =>
      (await import('../commands/fleet/up.js')).fleetUp(asGiven(flags, one)),
  );
  onUp(command(fleet, 'upgrade', 'Move a fleet to this version, one member at a time')).action(
    async (flags: FleetUpFlags, one: Command) =>
      (await import('../commands/fleet/upgrade.js')).fleetUpgrade(asGiven(flags, one)),
  );
  onFleet(command(fleet, 'down', 'End a fleet, or take members out of it'))
    .option('--only <members>', 'Take out only these; they are locked out', list)
    .option('--purge', 'Also remove their state: files, jobs and keys')
    .option('--force', 'Forget members that cannot be reached')
    .option('-y, --yes', 'Do not ask')
    .action(async (flags: FleetDownFlags) => (await import('../commands/fleet/down.js')).fleetDown(flags));
}

function addAsking(fleet: Command): void {
  command(fleet, 'plan', 'Show what a fleet of a size costs, and how soon it finds a failure')
    .requiredOption('--members <count>', 'Number of members', wholeNumber)
    .addOption(profileOption())
    .option('--settings <file>', 'Settings (default: fleet.yaml of the workspace)')
    .action(async (flags: FleetPlanFlags) => (await import('../commands/fleet/plan.js')).fleetPlan(flags));

  onFleet(command(fleet, 'status', 'Show the fleet at one look: members, keepers, load')).action(
    async (flags: FleetOptions) => (await import('../commands/fleet/status.js')).fleetStatus(flags),
  );
  onFleet(command(fleet, 'members', 'List the members, and who of them is alive'))
    .option('--watch', 'Print the list again after each change')
    .action(async (flags: MembersFlags) =>
      (await import('../commands/fleet/members.js')).fleetMembers(flags),
    );
  onFleet(command(fleet, 'info', 'Show what a member says about itself'))
    .argument('[member]', 'Its name (default: the first that answers)')
    .action(async (name: string | undefined, flags: FleetOptions) =>
      (await import('../commands/fleet/info.js')).fleetInfo(name, flags),
    );
  onFleet(command(fleet, 'join', 'Let a member join through another one, or come back after it left'))
    .argument('[address]', 'Gossip address ip:port of any member (default: those that it knows)')
    .option('--member <name>', 'The member that joins (default: the first that answers)')
    .action(async (address: string | undefined, flags: JoinFlags) =>
      (await import('../commands/fleet/join.js')).fleetJoin(address, flags),
    );
  onFleet(command(fleet, 'leave', 'Let a member leave; the others see that it left, and did not fail'))
    .argument('<member>')
    .action(async (name: string, flags: FleetOptions) =>
      (await import('../commands/fleet/leave.js')).fleetLeave(name, flags),
    );
  onFleet(command(fleet, 'drain', 'Give a member no more tasks, and wait until nothing runs there'))
    .argument('<member>')
    .option('--deadline <duration>', 'Then what still runs is given back, e.g. 10m (default: it may end)')
    .option('--no-wait', 'Do not wait')
    .addOption(new Option('--undo', 'Give it tasks again').conflicts('deadline'))
    .action(async (name: string, flags: DrainFlags) =>
      (await import('../commands/fleet/drain.js')).fleetDrain(name, flags),
    );
  onFleet(interactiveCommand(fleet, 'console', 'Ask the fleet short questions, one after the other')).action(
    async (flags: FleetOptions) => (await import('../commands/fleet/console.js')).fleetConsole(flags),
  );
}

function addUsers(fleet: Command): void {
  const user = group(fleet, 'user', 'Who may use the fleet');
  onFleet(command(user, 'add', 'Add a user, and write the file with which that person joins'))
    .argument('<name>')
    .addOption(
      new Option('--role <role>', 'admin may change members').choices(['user', 'admin']).default('user'),
    )
    .option('--out <file>', 'Where to write the join file')
    .action(async (name: string, flags: UserAddFlags) =>
      (await import('../commands/fleet/user-add.js')).fleetUserAdd(name, flags),
    );
  onFleet(command(user, 'list', 'List the users')).action(async (flags: FleetOptions) =>
    (await import('../commands/fleet/user-list.js')).fleetUserList(flags),
  );
  onFleet(command(user, 'remove', 'Lock a user out'))
    .argument('<name>')
    .option('-y, --yes', 'Do not ask')
    .action(async (name: string, flags: FleetOptions & { yes?: boolean }) =>
      (await import('../commands/fleet/user-remove.js')).fleetUserRemove(name, flags),
    );
  onFleet(command(user, 'mqtt', 'Give a user a password to submit jobs by MQTT'))
    .argument('<name>')
    .option('--remove', 'Take the password away')
    .action(async (name: string, flags: UserMqttFlags) =>
      (await import('../commands/fleet/user-mqtt.js')).fleetUserMqtt(name, flags),
    );
  command(user, 'use', 'Use a fleet of somebody else from this workspace')
    .argument('<file>', 'The join file that its owner gave you')
    .action(async (file: string, flags: { json?: boolean }) =>
      (await import('../commands/fleet/user-use.js')).fleetUserUse(file, flags),
    );
}

function addKeeping(fleet: Command): void {
  onFleet(command(fleet, 'check', 'Drill a fleet: kill, pause and flood members, and see what comes of it'))
    .option('--only <members>', 'Use only these members', list)
    .option('--drill <drills>', 'Do only these, e.g. kill,pause (default: all)', list)
    .option('--connections <count>', 'How many connections the drill of that name opens', wholeNumber, 200)
    .option('--out <file>', 'Where the results go (default: fleet-check-<time>.json)')
    .option('-y, --yes', 'Do not ask')
    .action(async (flags: FleetCheckFlags) => (await import('../commands/fleet/check.js')).fleetCheck(flags));
  onFleet(command(fleet, 'replace', 'Let other keepers take over from one that is gone, without waiting'))
    .argument('<member>')
    .option('-y, --yes', 'Do not ask')
    .action(async (name: string, flags: ReplaceFlags) =>
      (await import('../commands/fleet/replace.js')).fleetReplace(name, flags),
    );
  onFleet(command(fleet, 'rotate', 'Change the gossip key without stopping the fleet')).action(
    async (flags: FleetOptions) => (await import('../commands/fleet/rotate.js')).fleetRotate(flags),
  );
  onFleet(command(fleet, 'backup', 'Save credentials and configuration in one encrypted file'))
    .argument('<file>')
    .option('--passphrase-file <file>', 'File whose first line is the passphrase')
    .option('--replace', 'Overwrite the file')
    .action(async (file: string, flags: BackupFlags) =>
      (await import('../commands/fleet/backup.js')).fleetBackup(file, flags),
    );
  command(fleet, 'restore', 'Bring credentials and configuration back from a backup')
    .argument('<file>')
    .option('--passphrase-file <file>', 'File whose first line is the passphrase')
    .option('--replace', 'Replace the fleet of that name in this workspace')
    .action(async (file: string, flags: RestoreFlags) =>
      (await import('../commands/fleet/restore.js')).fleetRestore(file, flags),
    );
}
