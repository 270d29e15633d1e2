import {
  accessBeforeSaving,
  assembleLan,
  checkDevices,
  Controller,
  enrollDevices,
  savedDevices,
  saveLan,
} from '../../index.js';
import { controllerLine, findingsText, setupTable } from '../text/index.js';
import { loginPrompts, offerFixes, openSession, throwIfSetupFailed } from '../session/index.js';
import {
  chooseTargets,
  lanToEdit,
  nameLan,
  readAnswers,
  type SetupFlags,
  withAnswers,
} from '../setup/index.js';

/**
 * `collab setup`: discovers devices, logs in, reads their facts, offers fixes and saves them as a LAN. Only host keys and
 * the workspace's key are written before the LAN is named, so that quitting early changes no saved LAN.
 */
export async function setup(flags: SetupFlags): Promise<void> {
  const session = openSession(flags, 'events');
  const { workspace, clock, emit, signal, say, print } = session;
  const options = withAnswers(flags, flags.answers === undefined ? {} : await readAnswers(flags.answers));
  const draft = await lanToEdit(options, workspace);
  const before = await savedDevices(workspace, draft);
  const controller = await Controller.read();
  say(controllerLine(controller));
  const targets = await chooseTargets(options, before, session);
  const about = { workspace, controller, emit };
  const answers = await enrollDevices(targets, { name: draft, ...about, ...loginPrompts(options), signal });
  signal.throwIfAborted();

  const access = accessBeforeSaving(workspace, draft, signal);
  const { joined } = assembleLan(draft, controller, before, answers);
  const checked = await checkDevices(joined, { access, clock, signal });
  const hint = 'To run them later: collab device check --fix';
  const ready = await offerFixes(checked, options, { access, session, hint });
  const findings = findingsText(
    ready.map(({ check }) => check),
    true,
  );
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
    say(`Saved LAN ${lan.name} and made it the current LAN. Next: collab run hello`);
    print(setupTable(lan), lan.toJSON());
  }
  throwIfSetupFailed(failures, targets.length);
}
