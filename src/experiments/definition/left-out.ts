/**
 * Built-in rules, in the syntax of gitignore: leftovers of tools and editors, version histories, and the Python
 * environments of the author's machine. A `.collabignore` comes after them, so `!name` includes one again.
 */
const always = [
  '__pycache__/',
  '*.py[co]',
  '.git',
  '.hg',
  '.svn',
  'Logs',
  '.collab',
  'node_modules/',
  '.venv',
  'venv/',
  '.pytest_cache/',
  '.mypy_cache/',
  '.ruff_cache/',
  '.ipynb_checkpoints/',
  '.idea',
  '.vscode',
  '.DS_Store',
  '.#*',
  '*~',
  '*.sw[op]',
];

/** Whether a path of the folder (relative, with `/`) is left out. A link counts as a file, as in git. */
export type LeftOut = (path: string, isFolder: boolean) => boolean;

/**
 * Reads what an experiment leaves out of its images, its id and its checks.
 * @param ignoreFile content of `.collabignore`; empty without one
 * @param data folders below the experiment's that are mounted as data, and so never belong to an image
 */
export async function readLeftOut(ignoreFile: string, data: readonly string[] = []): Promise<LeftOut> {
  const { default: ignore } = await import('ignore');
  const rules = ignore().add(always).add(ignoreFile).add(data.map(anchored));
  return (path, isFolder) => path !== 'experiment.yaml' && rules.ignores(isFolder ? `${path}/` : path);
}

/** A pattern that matches this one folder, or a link to it, even when its name has characters of patterns. */
function anchored(folder: string): string {
  return `/${folder.replace(/[\\*?[\]!# ]/g, '\\$&')}`;
}
