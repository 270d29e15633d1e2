import collab

for trial in collab.trials():
    print("ready", flush=True)
