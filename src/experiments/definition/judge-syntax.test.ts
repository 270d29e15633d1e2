import { expect, test } from 'vitest';
import type { PythonVersion } from './base-facts.js';
import { mayBeOtherSyntax } from './judge-syntax.js';

const sure: [string, string, string, PythonVersion, PythonVersion | null][] = [
  ['an open bracket', 'print((1)', "'(' was never closed", [3, 11], [3, 13]],
  [
    'an open bracket in a file with f-strings',
    "x = f'{y}'\nprint((1)",
    "'(' was never closed",
    [3, 11],
    null,
  ],
  ['the print of Python 2', 'print "x"', "Missing parentheses in call to 'print'", [3, 8], [3, 13]],
  ['a newer Python than that of the base', 'match x:', 'invalid syntax', [3, 12], [3, 9]],
  ['an indent', '  x = 1', 'unexpected indent', [3, 6], [3, 13]],
];
test.each(sure)('%s is an error everywhere', (_, source, message, here, target) => {
  expect(mayBeOtherSyntax({ line: 1, source, message }, here, target)).toBe(false);
});

const unsure: [string, string, PythonVersion, PythonVersion | null][] = [
  ['if (n := len(x)) > 1:', 'invalid syntax', [3, 7], [3, 13]],
  ['def f(a, /, b):', 'invalid syntax', [3, 7], [3, 8]],
  ['@buttons[0].clicked', 'invalid syntax', [3, 8], [3, 9]],
  ['match command:', 'invalid syntax', [3, 9], [3, 13]],
  ['with (\n    open(a) as x,', 'invalid syntax', [3, 8], [3, 13]],
  ['except* OSError:', 'invalid syntax', [3, 10], [3, 13]],
  ['def first[T](items: list[T]) -> T:', "expected '('", [3, 11], [3, 13]],
  ['class Stack[T]:', 'invalid syntax', [3, 11], [3, 13]],
  ['type Point = tuple[int, int]', 'invalid syntax', [3, 11], [3, 13]],
  ['x = f"{a["b"]}"', "f-string: expecting '}'", [3, 11], [3, 13]],
  ["x = f'{", 'unterminated string literal (detected at line 1)', [3, 11], [3, 13]],
  ['x = t"{a}"', 'invalid syntax', [3, 13], [3, 14]],
  ['except OSError, ValueError:', 'multiple exception types must be parenthesized', [3, 13], null],
  ['from __future__ import later', 'future feature later is not defined', [3, 11], [3, 14]],
  ['tensor.cuda(async=True)', 'invalid syntax', [3, 11], [3, 6]],
];
test.each(unsure)('%s may be right for the base', (source, message, here, target) => {
  expect(mayBeOtherSyntax({ line: 1, source, message }, here, target)).toBe(true);
});

test('what the base does not know either is an error', () => {
  const error = { line: 1, source: 'match command:', message: 'invalid syntax' };
  expect(mayBeOtherSyntax(error, [3, 8], [3, 9])).toBe(false);
});
