"""Files outside of the lake that a statement reads, such as `read_csv('/data/a.csv')`.

`calls` finds them in a statement and reads their arguments, `frames` reads the files.
"""
