import { relative } from 'node:path';
import { newExperiment, type TemplateName, templates } from '../../index.js';
import { openSession } from '../session/index.js';

/** `collab new <name>`: an experiment from a template. */
export async function newFromTemplate(
  name: string,
  options: { template: TemplateName; json?: boolean },
): Promise<void> {
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
