"""The wrapper: runs one role of one trial and measures it. Python 3.6 syntax, Linux, standard library only.

Each package is entered through its __init__.py, and imports go one way: host > run > measure > sensors > linux.
"""
