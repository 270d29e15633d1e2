import {
  accessBeforeSaving,
  assembleLan,
  checkDevices,
  Controller,
  enrollDevices,
  savedDevices,
  saveLan,
} from '../../index.js';
import { findingsText } from '../check-text.js';
import { entrance } from '../entrance.js';
import { offerToMend } from '../offer-to-mend.js';
import { openSession } from '../session.js';
import { readAnswers } from '../setup/answers.js';
import { chooseTargets } from '../setup/choose-targets.js';
import { controllerLine } from '../setup/controller-line.js';
import { lanToEdit, nameLan } from '../setup/name-lan.js';
import { withAnswers, type SetupFlags } from '../setup/options.js';
import { setupTable, throwFailures } from '../setup/outcome.js';

/**
 * `collab setup`: this machine, the devices, logins, facts, what is missing, a name. Nothing but host keys and the
 * workspace's key is written before the name is given, so that leaving early leaves what was saved.
 */
export async function setup(flags: SetupFlags): Promise<void> {
  const session = openSession(flags);
  const { workspace, clock, emit, signal, say, print } = session;
  const options = withAnswers(flags, flags.answers === undefined ? {} : await readAnswers(flags.answers));
  const draft = await lanToEdit(options, workspace);
  const before = await savedDevices(workspace, draft);
  const controller = await Controller.read();
  say(controllerLine(controller));
  const targets = await chooseTargets(options, before, session);
  const about = { workspace, controller, emit };
  const answers = await enrollDevices(targets, { name: draft, ...about, ...entrance(options), signal });
  signal.throwIfAborted();

  const access = accessBeforeSaving(workspace, draft, signal);
  const { joined } = assembleLan(draft, controller, before, answers);
  const checked = await checkDevices(joined, { access, clock, signal });
  const tell = 'Have them run from here later: collab device check --mend';
  const ready = await offerToMend(checked, options, { access, session, tell });
  const findings = findingsText(ready.map(({ check }) => check));
  if (findings !== '') say(findings);
  signal.throwIfAborted();

  const fresh = answers.map((answer) => {
    const device = ready.find((one) => 'device' in answer && one.device.id === answer.device.id)?.device;
    return 'device' in answer && device
      ? { ...answer, device: answer.device.with({ facts: device.facts }) }
      : answer;
  });
  const name = joined.length > 0 ? await nameLan(options, draft) : draft;
  const { lan, failures } = await saveLan(fresh, { ...about, name, trustedAs: draft });
  if (lan.devices.length > 0) {
    say(`LAN ${lan.name} is saved and in use. Next: collab run hello`);
    print(setupTable(lan), lan.toJSON());
  }
  throwFailures(failures, targets.length);
}
