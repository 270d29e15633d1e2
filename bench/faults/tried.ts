import { execFile } from 'node:child_process';

export interface Tried {
  code: number;
  /** Both streams. */
  said: string;
  stdout: string;
}

/** Runs a program that may fail. */
export function tried([name = '', ...args]: readonly string[], cwd?: string): Promise<Tried> {
  return new Promise((resolve) => {
    execFile(name, args, { maxBuffer: 64 << 20, ...(cwd && { cwd }) }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, said: `${stderr}${stdout}` });
    });
  });
}
