# Leaves nothing in a file.
# ends: WORKER_PROTOCOL_ERROR: A file of the run can't be committed: it is not a Parquet file.
forging_files(lambda path, header: os.truncate(path, 0))
result = pl.DataFrame({'x': [1]})
