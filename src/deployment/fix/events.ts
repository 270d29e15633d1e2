import type { Lack } from './remedy.js';

export type MendEvent =
  | { kind: 'mend.running'; device: string; lack: Lack; command: string }
  | { kind: 'mend.line'; device: string; line: string }
  | { kind: 'mend.ran'; device: string; lack: Lack }
  | { kind: 'mend.failed'; device: string; lack: Lack; command: string; reason: string }
  | { kind: 'mend.stopped'; device: string; reason: string }
  | { kind: 'mend.by-hand'; device: string; lack: Lack; reason: string; commands: string[] };
