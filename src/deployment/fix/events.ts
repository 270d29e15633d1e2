import type { Lack } from './remedy.js';

export type FixEvent =
  | { kind: 'fix.running'; device: string; lack: Lack; command: string }
  | { kind: 'fix.line'; device: string; line: string }
  | { kind: 'fix.ran'; device: string; lack: Lack }
  | { kind: 'fix.failed'; device: string; lack: Lack; command: string; reason: string }
  | { kind: 'fix.stopped'; device: string; reason: string }
  | { kind: 'fix.by-hand'; device: string; lack: Lack; reason: string; commands: string[] };
