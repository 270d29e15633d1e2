import { expect, it } from 'vitest';
import { fitted } from './help-width.js';
import { makeProgram } from './program.js';

const line = '  --from <run>    Run again what a run ran: its code as it was then, and its parameters';

it('keeps a description in its column, or puts it below its option where there is no room', () => {
  expect(fitted(line, 60)).toBe(
    [
      '  --from <run>    Run again what a run ran: its code as it',
      '                  was then, and its parameters',
    ].join('\n'),
  );
  expect(fitted(line, 40)).toBe(
    [
      '  --from <run>',
      '      Run again what a run ran: its code',
      '      as it was then, and its parameters',
    ].join('\n'),
  );
  expect(fitted(line, Infinity)).toBe(line);
});

it.each([40, 80])('no line of any help is wider than %i columns', (width) => {
  const wide: string[] = [];
  const look = (command: ReturnType<typeof makeProgram>) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => width });
    command.outputHelp();
    wide.push(
      ...fitted(help, width)
        .split('\n')
        .filter((one) => one.length > width && one.trim().includes(' ')),
    );
    command.commands.forEach(look);
  };
  look(makeProgram());
  expect(wide).toEqual([]);
});
