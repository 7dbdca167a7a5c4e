# Says that a file is in a partition of a table that has none, by a value that is a tree.
# ends: WORKER_PROTOCOL_ERROR: *
def forge(path, header):
    header['written']['files'][0]['partition'] = [1, 2]
forging_files(forge)
result = pl.DataFrame({'x': [1]})
