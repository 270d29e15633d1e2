#!/bin/sh
# Becomes the shell of a container: bash where the image has it, otherwise sh.
command -v bash >/dev/null 2>&1 && exec bash
exec sh
