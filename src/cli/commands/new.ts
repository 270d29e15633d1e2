import { relative } from 'node:path';
import { initWorkspace, newExperiment, type TemplateName, templates, Workspace } from '../../index.js';
import { canAsk, confirm, openSession } from '../session/index.js';

/** `collab new <name>`: an experiment from a template. */
export async function newFromTemplate(
  name: string,
  options: { template: TemplateName; json?: boolean },
): Promise<void> {
  await offerWorkspace();
  const { workspace, print } = openSession(options);
  const { template, folder, files } = await newExperiment(workspace, name, options.template);
  const lines = [
    `Made the experiment ${name} from the template ${template}: ${templates[template]}.`,
    ...files.map((file) => `  ${relative(process.cwd(), folder) || '.'}/${file}`),
    '',
    `Run it here:              collab run ${name} --local`,
    `Run it on your devices:   collab run ${name}`,
  ];
  print(lines.join('\n'), { name, template, folder, files });
}

/** On a terminal and outside a workspace, offers to make one in this folder. */
async function offerWorkspace(): Promise<void> {
  const here = process.cwd();
  if (Workspace.around(here) !== null || !canAsk()) return;
  if (!(await confirm(`${here} is not in a workspace. Make one here?`))) return;
  const { made } = await initWorkspace(here);
  process.stderr.write(`Made a workspace here: ${made.join(', ')}\n`);
}
