"""What wrapper.py is made of. Python 3.6 syntax, Linux, standard library only."""
