/**
 * Names that are no part of an experiment, in the syntax of gitignore: what tools and editors leave, histories, and the
 * Python environments of the author's own machine. A `.collabignore` comes after them, so `!name` takes one in again.
 */
const always = [
  ...['__pycache__/', '*.py[co]', '.git', '.hg', '.svn', 'Logs', '.collab', 'node_modules/'],
  ...['.venv', 'venv/', '.pytest_cache/', '.mypy_cache/', '.ruff_cache/', '.ipynb_checkpoints/'],
  ...['.idea', '.vscode', '.DS_Store', '.#*', '*~', '*.sw[op]'],
];

/** Tells whether a path of the folder (relative, with `/`) is left out. Git sees a link as a file; so does this. */
export type LeftOut = (path: string, isFolder: boolean) => boolean;

/**
 * Reads what an experiment leaves out of its images, its id and its checks.
 * @param ignoreFile content of `.collabignore`; empty without one
 * @param data folders below the experiment's that are mounted as data, and so are never in an image
 */
export async function readLeftOut(ignoreFile: string, data: readonly string[] = []): Promise<LeftOut> {
  const { default: ignore } = await import('ignore');
  const rules = ignore().add(always).add(ignoreFile).add(data.map(anchored));
  return (path, isFolder) => path !== 'experiment.yaml' && rules.ignores(isFolder ? `${path}/` : path);
}

/** The one folder of that path, or a link to one, whatever letters of patterns its name has. */
function anchored(folder: string): string {
  return `/${folder.replace(/[\\*?[\]!# ]/g, '\\$&')}`;
}
