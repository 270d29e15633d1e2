"""Adds up a tensor over all ranks, as torch.distributed does in a training step."""
import os

import collab
import torch
import torch.distributed as distributed

os.environ.setdefault('USE_LIBUV', '0')  # Debian's torch is built without libuv, and does not look by itself
host, port = collab.peer('worker', 0).endpoint('store', 29500)
distributed.init_process_group(
    'gloo', init_method='tcp://{}:{}'.format(host, port), rank=collab.rank, world_size=collab.count)
tensor = torch.full((100000,), float(collab.rank + 1))
with collab.span('all-reduce'):
    distributed.all_reduce(tensor)
collab.record(least=float(tensor.min()), most=float(tensor.max()), interface=os.environ.get('GLOO_SOCKET_IFNAME'))
distributed.destroy_process_group()
