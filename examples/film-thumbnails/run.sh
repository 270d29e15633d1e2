#!/bin/sh
# run.sh <second>: writes the picture that film.mp4 shows then to the outputs of the task, 160 pixels wide.
set -eu
picture=$COLLAB_OUTPUTS/thumbnail-$1.jpg
ffmpeg -nostdin -hide_banner -loglevel error -ss "$1" -i film.mp4 -frames:v 1 -vf scale=160:-1 "$picture"
echo "thumbnail-$1.jpg: $(wc -c <"$picture") bytes"
