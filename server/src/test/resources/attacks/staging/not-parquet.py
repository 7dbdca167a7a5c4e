# Leaves a file of something else.
# ends: WORKER_PROTOCOL_ERROR: A file of the run can't be committed: *
forging_files(lambda path, header: open(path, 'wb').write(b'no parquet at all'))
result = pl.DataFrame({'x': [1]})
