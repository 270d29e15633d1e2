"""A process of its own for each trial."""
import collab

collab.record(n=collab.parameter("n"))
