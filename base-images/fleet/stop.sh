#!/bin/sh
# Stops the services in order, when the container is to stop: first what would start them again; then the member, which
# tells the others that it leaves while everything else still runs.
for service in services member agent nats; do
  s6-svc -d -wd -T 3000 "/run/service/$service"
done
exec s6-svscanctl -t /run/service
